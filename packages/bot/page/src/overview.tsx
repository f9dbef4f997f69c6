import { Fragment, h, type JSX } from "preact";
import type { Audit, Disposition } from "@gha2pulumi/migrate";
import { tally } from "./search.ts";
import { show, type Seen } from "./view.ts";
import { becomes, count, dispositions, figure, share } from "./words.ts";

export function Badge({ kind }: { readonly kind: Disposition | "failed" }): JSX.Element {
  return <span class={`badge ${kind}`}>{kind}</span>;
}

/** How many operations become what, as a bar and as a table. */
export function Totals({ audit, ...seen }: { readonly audit: Audit } & Seen): JSX.Element {
  const all = dispositions.reduce((total, kind) => total + audit.dispositions[kind], 0);
  const questions = audit.repositories.reduce((total, one) => total + one.questions, 0);
  const tasks = audit.repositories.reduce((total, one) => total + one.tasks.length, 0);
  const working = audit.repositories.filter((one) => one.tasks.length > 0).length;
  let from = 0;
  const parts = dispositions.map((kind) => {
    const width = all === 0 ? 0 : (audit.dispositions[kind] * 1000) / all;
    from += width;
    return { kind, x: from - width, width };
  });
  return (
    <section aria-labelledby="totals">
      <h2 id="totals">What becomes of {count(all, "operation")}</h2>
      <svg class="bar" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(({ kind, x, width }) => (
          <rect key={kind} class={kind} x={x} width={width} height={20} />
        ))}
      </svg>
      <table class="plain">
        <thead class="unseen">
          <tr>
            <th scope="col">Becomes</th>
            <th scope="col">That is</th>
            <th scope="col">Share</th>
            <th scope="col">Operations</th>
          </tr>
        </thead>
        <tbody>
          {dispositions.map((kind) => (
            <tr key={kind}>
              <th scope="row">
                <Badge kind={kind} />
              </th>
              <td class="soft wide">{becomes[kind]}</td>
              <td class="number soft">{share(audit.dispositions[kind], all)}</td>
              <td class="number">
                <button
                  class="link"
                  disabled={audit.dispositions[kind] === 0}
                  aria-label={`Show the repositories of ${count(audit.dispositions[kind], "operation")}: ${kind}`}
                  onClick={() => show(seen, { disposition: kind })}
                >
                  {figure(audit.dispositions[kind])}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft note">
        {count(questions, "question")} open; {count(tasks, "task")} in {count(working, "repository", "repositories")}.
      </p>
    </section>
  );
}

/** What the files tell of the runs in a month, and which numbers they do not tell. */
export function Forecast({ audit: { forecast } }: { readonly audit: Audit }): JSX.Element {
  const { scheduledRuns, unknownSchedules, events, given, runs, minutes } = forecast;
  const told = new Map(given.runsPerMonth.map((one) => [one.event, one.runs]));
  return (
    <section aria-labelledby="forecast">
      <h2 id="forecast">Deployments in a month</h2>
      <dl class="facts">
        <div>
          <dt>by schedule</dt>
          <dd>
            {figure(Math.round(scheduledRuns))}
            {unknownSchedules > 0 && <span class="soft"> and {count(unknownSchedules, "schedule")} not known</span>}
          </dd>
        </div>
        {events.map(({ event, deployments }) => (
          <div key={event}>
            <dt>on {event}</dt>
            <dd>
              {told.has(event) ? (
                `up to ${figure(Math.round(deployments * (told.get(event) ?? 0)))}`
              ) : (
                <Fragment>
                  unknown <span class="soft">× up to {figure(deployments)}</span>
                </Fragment>
              )}
            </dd>
          </div>
        ))}
        <div class="sum">
          <dt>together</dt>
          <dd>{runs === null ? "unknown" : `up to ${figure(Math.round(runs))}`}</dd>
        </div>
        <div>
          <dt>minutes</dt>
          <dd>{minutes === null ? "unknown" : `up to ${figure(Math.round(minutes))}`}</dd>
        </div>
      </dl>
      <p class="soft note">
        {runs === null || minutes === null
          ? "How often people push is in no file, nor how long a deployment takes: tell them with --runs-per-month and --minutes-per-run."
          : `Assumed: ${given.runsPerMonth.map((one) => `${figure(one.runs)} × ${one.event} in each repository, `).join("")}${figure(given.minutesPerRun ?? 0)} minutes a deployment.`}
      </p>
    </section>
  );
}

/** Outcomes of a campaign; nothing outside of one. */
export function Campaign(seen: Seen): JSX.Element | null {
  const outcomes = tally(seen.entries.map(({ repository }) => repository.campaign?.outcome));
  if (outcomes.length === 0) return null;
  return (
    <section aria-labelledby="campaign">
      <h2 id="campaign">The campaign</h2>
      <dl class="strip">
        {outcomes.map(([outcome, number]) => (
          <div key={outcome}>
            <dt>{outcome}</dt>
            <dd>
              <button
                class="link large"
                aria-label={`Show ${count(number, "repository", "repositories")}: ${outcome}`}
                onClick={() => show(seen, { outcome })}
              >
                {figure(number)}
              </button>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
