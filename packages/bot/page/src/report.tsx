import { Fragment, h, type JSX } from "preact";
import type { ReportPageData } from "@gha2pulumi/migrate";
import { ArrowHead } from "./flow.tsx";
import { Failures, Reasons, Shapes, Tasks } from "./groups.tsx";
import { Campaign, Forecast, Totals } from "./overview.tsx";
import { Repositories } from "./repositories.tsx";
import type { Seen } from "./view.ts";
import { count } from "./words.ts";

/** The whole page. */
export function Report({ audit, cover, titles, ...seen }: ReportPageData & Seen): JSX.Element {
  const { repositories } = audit;
  const running = repositories.filter(({ operations }) => operations.length > 0).length;
  const failed = repositories.filter(({ failure }) => failure !== null).length;
  const parts: readonly (readonly [id: string, isThere: boolean, text: string])[] = [
    ["shapes", audit.shapes.length > 0, "Shapes"],
    ["reasons", audit.reasons.length > 0, "Why"],
    ["failures", failed > 0, "No plan"],
    ["tasks", audit.tasks.length > 0, "Tasks"],
    ["repositories", true, "Repositories"],
  ];

  return (
    <Fragment>
      <header>
        <h1>Pulumi in many repositories</h1>
        <p class="soft">
          {count(repositories.length, "repository", "repositories")} · {count(running, "runs Pulumi", "run Pulumi")} ·{" "}
          {failed === 0 ? "each has a plan" : `${count(failed, "has", "have")} no plan`}
        </p>
        <nav aria-label="Parts">
          {parts
            .filter(([, isThere]) => isThere)
            .map(([id, , text]) => (
              <a key={id} href={`#${id}`}>
                {text}
              </a>
            ))}
        </nav>
      </header>
      <main>
        <Campaign {...seen} />
        <div class="columns">
          <Totals {...seen} audit={audit} />
          <Forecast audit={audit} />
        </div>
        <Shapes {...seen} audit={audit} cover={cover} />
        <Reasons {...seen} audit={audit} titles={titles} />
        <Failures {...seen} />
        <Tasks {...seen} audit={audit} />
        <Repositories {...seen} audit={audit} titles={titles} />
      </main>
      <ArrowHead />
      <footer class="soft">
        Made by gha2pulumi from files alone. A number that no file tells is not guessed; it is missing.
      </footer>
    </Fragment>
  );
}
