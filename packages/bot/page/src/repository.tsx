import { Fragment, h, type ComponentChildren, type JSX } from "preact";
import type { AuditedCampaign, AuditedOperation, AuditedRepository, ReportPageData } from "@gha2pulumi/migrate";
import { flowsOf } from "./flow-layout.ts";
import { Flow } from "./flow.tsx";
import { Prose } from "./groups.tsx";
import { Badge } from "./overview.tsx";
import { count, figure, gateText, identityText, triggerText } from "./words.ts";

interface Props {
  readonly repository: AuditedRepository;
  readonly narrow: boolean;
  readonly titles: ReportPageData["titles"];
}

/** Everything the audit knows of one repository: the facts its pull request has. */
export function Detail({ repository, narrow, titles }: Props): JSX.Element {
  const { failure, operations, asked, tasks } = repository;
  if (failure !== null) return <p class="alone">{failure}</p>;
  if (operations.length === 0) return <p class="soft alone">Nothing in its workflows runs Pulumi.</p>;
  return (
    <Fragment>
      <Facts repository={repository} />
      {flowsOf(repository).map((flow) => (
        <article key={flow.stack}>
          <h3>
            <span class="soft">Stack</span> {flow.stack}
          </h3>
          <Flow {...flow} narrow={narrow} />
          <ul class="operations">
            {operations
              .filter(({ stacks }) => stacks.includes(flow.stack))
              .map((one) => (
                <Operation key={`${one.location} ${one.operation}`} operation={one} titles={titles} />
              ))}
          </ul>
        </article>
      ))}
      <Part title={count(asked.length, "question")} empty={asked.length === 0}>
        <ul>
          {asked.map(({ key, text, choices, effect, locations }) => (
            <li key={key}>
              <code>{key}</code> <Prose text={text} />
              {choices.length > 0 && <p class="soft">Choices: {choices.join(", ")}</p>}
              {effect !== "" && (
                <p class="soft">
                  Changes: <Prose text={effect} />
                </p>
              )}
              <Places all={locations} />
            </li>
          ))}
        </ul>
      </Part>
      <Part title={count(tasks.length, "task")} empty={tasks.length === 0}>
        <ol>
          {tasks.map((task, i) => (
            <li key={i}>
              <Prose text={task} />
            </li>
          ))}
        </ol>
      </Part>
    </Fragment>
  );
}

function Part({
  title,
  empty,
  children,
}: {
  readonly title: string;
  readonly empty: boolean;
  readonly children: ComponentChildren;
}): JSX.Element | null {
  if (empty) return null;
  return (
    <article>
      <h3>{title}</h3>
      {children}
    </article>
  );
}

/** A link only to where a browser can go safely: the address comes from outside. */
export function PullRequest({ campaign: { pullRequest } }: { readonly campaign: AuditedCampaign }): JSX.Element | null {
  if (pullRequest === null) return null;
  const text = `#${pullRequest.number}`;
  return pullRequest.url.startsWith("https://") ? (
    <a href={pullRequest.url} rel="noreferrer noopener" aria-label={`Pull request ${pullRequest.number}`}>
      {text}
    </a>
  ) : (
    <span>{text}</span>
  );
}

function Facts({ repository: { campaign, verdicts, changes, forecast } }: { readonly repository: AuditedRepository }) {
  const cases = Object.values(verdicts).reduce((total, number) => total + number, 0);
  const others = (["missing", "extra", "changed", "undecided"] as const).filter((one) => verdicts[one] > 0);
  const of = (kind: string): number => changes.filter((one) => one.kind === kind).length;
  const files = (
    [
      ["deleted", of("delete")],
      ["changed", of("edit")],
      ["new", of("create")],
    ] as const
  ).filter(([, number]) => number > 0);
  const { scheduledRuns, unknownSchedules, events } = forecast;
  const terms = [
    ...(scheduledRuns > 0 ? [`${figure(Math.round(scheduledRuns))} by schedule`] : []),
    ...unknownSchedules.map((cron) => `schedule ${cron}, not known`),
    ...events.map(({ event, deployments }) => `up to ${figure(deployments)} × each ${event}`),
  ];
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    ...(campaign === null ? [] : campaignFacts(campaign)),
    [
      "Proof",
      cases === 0
        ? "no event to compare"
        : [
            `${figure(verdicts.same)} of ${count(cases, "event")} the same`,
            ...others.map((one) => `${figure(verdicts[one])} ${one}`),
          ].join(", "),
    ],
    ["Files", files.length === 0 ? "no change" : files.map(([what, number]) => `${figure(number)} ${what}`).join(", ")],
    ["Deployments a month", terms.length === 0 ? "none" : terms.join(" + ")],
  ];
  return (
    <dl class="strip">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function campaignFacts(campaign: AuditedCampaign): readonly (readonly [string, ComponentChildren])[] {
  const { outcome, reason, risk, wave, pullRequest } = campaign;
  return [
    ["Outcome", reason === null ? outcome : `${outcome}: ${reason}`],
    ...(pullRequest === null ? [] : [["Pull request", <PullRequest key="link" campaign={campaign} />] as const]),
    ...(risk === null ? [] : [["Risk", risk] as const]),
    ...(wave === null ? [] : [["Wave", figure(wave)] as const]),
  ];
}

function Operation({
  operation: one,
  titles,
}: {
  readonly operation: AuditedOperation;
  readonly titles: ReportPageData["titles"];
}): JSX.Element {
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ["on", one.on.map(triggerText)],
    ["after", one.waitsFor.map(gateText)],
    ["as", one.as.map(identityText)],
  ];
  return (
    <li>
      <p>
        <Badge kind={one.disposition} /> <strong>{one.operation}</strong> in job <code>{one.job}</code>{" "}
        <Places all={[one.location]} />
      </p>
      {lines
        .filter(([, all]) => all.length > 0)
        .map(([word, all]) => (
          <p key={word} class="soft">
            {word} {all.join(", ")}
          </p>
        ))}
      <Reasons all={one.reasons.slice(0, mostReasons)} titles={titles} />
      {one.reasons.length > mostReasons && (
        <details>
          <summary>{count(one.reasons.length - mostReasons, "more reason")}</summary>
          <Reasons all={one.reasons.slice(mostReasons)} titles={titles} />
        </details>
      )}
    </li>
  );
}

// The first ones say it; what follows is for whoever wants to change it.
const mostReasons = 4;

function Reasons({
  all,
  titles,
}: {
  readonly all: AuditedOperation["reasons"];
  readonly titles: ReportPageData["titles"];
}): JSX.Element {
  return (
    <ul class="reasons">
      {all.map(({ code, message, location }) => (
        <li key={`${code} ${location} ${message}`}>
          <code title={titles[code]}>{code}</code> <Prose text={message} /> <Places all={[location]} />
        </li>
      ))}
    </ul>
  );
}

function Places({ all }: { readonly all: readonly string[] }): JSX.Element {
  return (
    <Fragment>
      {all
        .filter((place) => place !== "")
        .map((place) => (
          <code key={place} class="place">
            {place}
          </code>
        ))}
    </Fragment>
  );
}
