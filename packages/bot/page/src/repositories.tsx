import { h, type JSX } from "preact";
import type { Audit, ReportPageData } from "@gha2pulumi/migrate";
import { Badge } from "./overview.tsx";
import { Detail, PullRequest } from "./repository.tsx";
import { anything, found, orders, tally, type Entry, type Order, type Wish } from "./search.ts";
import { toggled, type Seen } from "./view.ts";
import { count, dispositions, figure } from "./words.ts";

const pageSize = 50;

interface Props extends Seen {
  readonly audit: Audit;
  readonly titles: ReportPageData["titles"];
}

/** The list of all repositories: looked for, filtered, in order, fifty at a time. */
export function Repositories({ audit, titles, ...seen }: Props): JSX.Element {
  const { entries, view, change } = seen;
  const kept = found(entries, view.wish);
  const pages = Math.max(1, Math.ceil(kept.length / pageSize));
  const from = Math.min(view.page, pages - 1) * pageSize;
  const shown = kept.slice(from, from + pageSize);
  const inCampaign = entries.some(({ repository }) => repository.campaign !== null);
  return (
    <section aria-labelledby="repositories">
      <h2 id="repositories" tabIndex={-1}>
        Repositories
      </h2>
      <Filters {...seen} audit={audit} titles={titles} />
      <p class="soft" role="status">
        {kept.length === 0
          ? "No repository has all of this."
          : `${figure(from + 1)}–${figure(from + shown.length)} of ${count(kept.length, "repository", "repositories")}`}
      </p>
      {shown.length > 0 && (
        <table class="grid list">
          <thead>
            <tr>
              <th scope="col">Repository</th>
              <th scope="col">Operations</th>
              <th scope="col" class="number">
                Questions
              </th>
              <th scope="col" class="number">
                Tasks
              </th>
              {inCampaign && <th scope="col">Outcome</th>}
            </tr>
          </thead>
          {shown.map((entry) => (
            <Row key={entry.number} {...seen} entry={entry} titles={titles} inCampaign={inCampaign} />
          ))}
        </table>
      )}
      {pages > 1 && (
        <nav class="pages" aria-label="Pages of repositories">
          <button disabled={from === 0} onClick={() => change({ page: from / pageSize - 1 })}>
            Previous
          </button>
          <span>
            Page {from / pageSize + 1} of {pages}
          </span>
          <button disabled={from / pageSize === pages - 1} onClick={() => change({ page: from / pageSize + 1 })}>
            Next
          </button>
        </nav>
      )}
    </section>
  );
}

function Filters({ entries, audit, titles, view: { wish }, change }: Props): JSX.Element {
  const risks = tally(entries.map(({ repository }) => repository.campaign?.risk));
  const outcomes = tally(entries.map(({ repository }) => repository.campaign?.outcome));
  const failures = tally(entries.map(({ failure }) => failure));
  const reasons = [...new Set(audit.reasons.map(({ code }) => code))].sort();
  const set = (part: Partial<Wish>): void => change({ wish: { ...wish, ...part }, page: 0 });
  const counted = (all: readonly (readonly [string, number])[]): Choices =>
    all.map(([value, number]) => [value, `${value} (${figure(number)})`]);
  const isAnything = JSON.stringify({ ...wish, order: anything.order }) === JSON.stringify(anything);
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="search">
        <span>Search</span>
        <input
          type="search"
          value={wish.text}
          placeholder="name, stack, file, reason, task"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => set({ text: event.currentTarget.value })}
        />
      </label>
      <Choice
        label="Becomes"
        value={wish.disposition}
        choices={dispositions.map((kind) => [kind, kind])}
        onChange={(disposition) => set({ disposition })}
      />
      <Choice
        label="Reason"
        value={wish.reason}
        choices={reasons.map((code) => [code, `${code} ${titles[code] ?? ""}`])}
        onChange={(reason) => set({ reason })}
      />
      <Choice
        label="Shape"
        value={wish.shape}
        choices={audit.shapes.map(({ shape, workflows }) => [shape, `${figure(workflows.length)} × ${shape}`])}
        onChange={(shape) => set({ shape })}
      />
      <Choice
        label="No plan"
        value={wish.failure}
        choices={counted(failures)}
        onChange={(failure) => set({ failure })}
      />
      <Choice
        label="Outcome"
        value={wish.outcome}
        choices={counted(outcomes)}
        onChange={(outcome) => set({ outcome })}
      />
      <Choice label="Risk" value={wish.risk} choices={counted(risks)} onChange={(risk) => set({ risk })} />
      <label>
        <span>Order</span>
        <select value={wish.order} onChange={(event) => set({ order: event.currentTarget.value as Order })}>
          {orders.map((order) => (
            <option key={order}>{order}</option>
          ))}
        </select>
      </label>
      <button type="button" disabled={isAnything} onClick={() => set({ ...anything, order: wish.order })}>
        Clear
      </button>
    </form>
  );
}

type Choices = readonly (readonly [value: string, text: string])[];

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: Choices;
  readonly onChange: (value: string) => void;
}

/** One filter; none where there is nothing to choose. */
function Choice({ label, value, choices, onChange }: ChoiceProps): JSX.Element | null {
  if (choices.length === 0) return null;
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">any</option>
        {choices.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface RowProps extends Seen {
  readonly entry: Entry;
  readonly titles: ReportPageData["titles"];
  readonly inCampaign: boolean;
}

function Row({ entry: { number, repository }, titles, inCampaign, view, change }: RowProps): JSX.Element {
  const open = view.open.has(number);
  const id = `detail-${number}`;
  const { name, failure, operations, questions, tasks, campaign } = repository;
  const counts = dispositions
    .map((kind) => [kind, operations.filter((one) => one.disposition === kind).length] as const)
    .filter(([, times]) => times > 0);
  return (
    <tbody class={open ? "open" : ""}>
      <tr>
        <th scope="row">
          <button
            class="expand"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => change({ open: toggled(view.open, number) })}
          >
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <path d="M4 2l4 4-4 4" />
            </svg>
            <span>{name}</span>
          </button>
        </th>
        <td>
          {failure !== null && <Badge kind="failed" />}
          {failure === null && counts.length === 0 && <span class="soft">no Pulumi</span>}
          {counts.map(([kind, times]) => (
            <span key={kind} class={`badge ${kind}`}>
              {figure(times)} {kind}
            </span>
          ))}
        </td>
        <td class="number">{questions === 0 ? <span class="soft">–</span> : figure(questions)}</td>
        <td class="number">{tasks.length === 0 ? <span class="soft">–</span> : figure(tasks.length)}</td>
        {inCampaign && (
          <td>
            {campaign?.outcome} {campaign !== null && <PullRequest campaign={campaign} />}
          </td>
        )}
      </tr>
      <tr id={id} hidden={!open}>
        <td class="detail" colSpan={inCampaign ? 5 : 4}>
          {open && <Detail repository={repository} narrow={view.narrow} titles={titles} />}
        </td>
      </tr>
    </tbody>
  );
}
