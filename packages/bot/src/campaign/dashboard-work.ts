import type { Configuration } from "../configuration.ts";
import type { Context, Json, Work } from "../engine/engine.ts";
import type { GitHub } from "../github/github.ts";
import { dashboardMarker, type DashboardText } from "../report/dashboard-text.ts";
import { issuesIn, issuesOf, sameLines, type SeenIssue } from "../pull/look.ts";
import { reading, writing } from "./asking.ts";
import { logged } from "./log.ts";
import type { Services } from "./outside.ts";
import { refusePaused } from "./kill-switch.ts";

/** What the control repository is to show. */
export interface DashboardInput {
  readonly configuration: Configuration;
  readonly text: DashboardText;
}

export type Shown = "opened" | "edited" | "unchanged" | "closed-means-no";

/** Keeps the one issue that shows how a campaign stands: found before it is opened, and edited only to say something else. */
export function dashboardWork(services: Services): Work<Json, Json> {
  return {
    name: "dashboard",
    run: async (input, context) => await shown(services, input as unknown as DashboardInput, context),
  };
}

async function shown(services: Services, { configuration, text }: DashboardInput, context: Context): Promise<Shown> {
  const { campaign, dashboard } = configuration;
  const engine = services.engine();
  const [owner = "", repo = ""] = (dashboard ?? "").split("/");
  const gitHub = await services.credentials.of(owner);
  const me = await reading(context, "login", () => services.credentials.loginOf(owner));
  const sought = { at: { owner, repo }, me, campaign };
  const found = (await reading(context, "issues", async () => {
    return (dashboardAmong(await issuesOf(gitHub, sought.at, me), campaign) ?? null) as unknown as Json;
  })) as unknown as SeenIssue | null;
  const write = async (name: string, effect: () => Promise<Json>): Promise<void> => {
    await refusePaused(services, campaign);
    await writing(context, engine, gitHub.credential, name, async () => {
      await refusePaused(services, campaign);
      await effect();
      await logged(engine, campaign, { repository: dashboard, who: me, what: `dashboard: ${name}` });
      return null;
    });
  };
  if (found === null) {
    await write("open", () => opened(gitHub, sought, text));
    return "opened";
  }
  if (found.state === "closed") return "closed-means-no";
  if (found.title === text.title && sameLines(found.body, text.body)) return "unchanged";
  await write("edit", async () => {
    const wanted = { owner, repo, issue_number: found.number, ...text };
    await gitHub.write("PATCH /repos/{owner}/{repo}/issues/{issue_number}", wanted);
    return null;
  });
  return "edited";
}

interface Sought {
  readonly at: { readonly owner: string; readonly repo: string };
  readonly me: string;
  readonly campaign: string;
}

/** Nothing keeps two issues of one title apart, so an attempt whose answer was lost is looked for again. */
async function opened(gitHub: GitHub, { at, me, campaign }: Sought, text: DashboardText): Promise<null> {
  const listed = await gitHub.once("GET /repos/{owner}/{repo}/issues", { ...at, creator: me, state: "open" });
  if (dashboardAmong(issuesIn(listed), campaign) === undefined)
    await gitHub.write("POST /repos/{owner}/{repo}/issues", { ...at, ...text });
  return null;
}

/** The campaign's dashboard, an open one before the newest of those that were closed. */
function dashboardAmong(issues: readonly SeenIssue[], campaign: string): SeenIssue | undefined {
  const isOpen = ({ state }: SeenIssue): number => Number(state === "open");
  return issues
    .filter(({ body }) => body.startsWith(dashboardMarker(campaign)))
    .sort((a, b) => isOpen(b) - isOpen(a) || b.number - a.number)[0];
}
