import { Fragment, h, type ComponentChildren, type JSX } from "preact";
import type { Audit, ReportPageData } from "@gha2pulumi/migrate";
import { Badge } from "./overview.tsx";
import { tally } from "./search.ts";
import { show, toggled, type Seen } from "./view.ts";
import { count, dispositions, figure, share } from "./words.ts";

// What a person takes in at once; the rest is one key away.
const first = 6;

interface GroupProps<T> {
  readonly seen: Seen;
  readonly id: string;
  readonly title: ComponentChildren;
  readonly head: readonly (readonly [text: string, kind: string])[];
  readonly rows: readonly T[];
  readonly row: (one: T) => JSX.Element;
}

/** A table of groups, most common first, cut until somebody wants all of it. */
function Group<T>({ seen: { view, change }, id, title, head, rows, row }: GroupProps<T>): JSX.Element | null {
  const all = view.whole.has(id);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <table class="grid groups">
        <thead>
          <tr>
            {head.map(([text, kind]) => (
              <th key={text} scope="col" class={kind}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{(all ? rows : rows.slice(0, first)).map(row)}</tbody>
      </table>
      {rows.length > first && (
        <button class="more" aria-expanded={all} onClick={() => change({ whole: toggled(view.whole, id) })}>
          {all ? `Show the first ${first}` : `Show all ${figure(rows.length)}`}
        </button>
      )}
    </section>
  );
}

interface CountButtonProps {
  readonly number: number;
  readonly what: string;
  readonly onClick: () => void;
}

/** A number of repositories that shows them. */
function CountButton({ number, what, onClick }: CountButtonProps): JSX.Element {
  const label = `Show ${count(number, "repository", "repositories")}: ${what}`;
  return (
    <button class="link" aria-label={label} onClick={onClick}>
      {figure(number)}
    </button>
  );
}

/** Why operations become what they become. */
export function Reasons({
  audit,
  titles,
  ...seen
}: { readonly audit: Audit; readonly titles: ReportPageData["titles"] } & Seen): JSX.Element {
  return (
    <Group
      seen={seen}
      id="reasons"
      title="Why"
      head={[
        ["Becomes", "tight"],
        ["Reason", ""],
        ["Operations", "number"],
        ["Repositories", "number"],
      ]}
      rows={audit.reasons}
      row={(one) => (
        <tr key={`${one.disposition} ${one.code}`}>
          <td class="tight">
            <Badge kind={one.disposition} />
          </td>
          <td>
            <code>{one.code}</code> {titles[one.code]}
          </td>
          <td class="number" data-word="operations">
            {figure(one.operations)}
          </td>
          <td class="number" data-word="repositories">
            <CountButton
              number={one.repositories}
              what={`${one.disposition}, ${one.code}`}
              onClick={() => show(seen, { disposition: one.disposition, reason: one.code })}
            />
          </td>
        </tr>
      )}
    />
  );
}

/** Workflows that are alike. */
export function Shapes({
  audit,
  cover,
  ...seen
}: { readonly audit: Audit; readonly cover: ReportPageData["cover"] } & Seen): JSX.Element {
  const { workflows, shapes } = audit;
  const most = shapes[0]?.workflows.length ?? 0;
  return (
    <Group
      seen={seen}
      id="shapes"
      title={
        <Fragment>
          {count(workflows, "workflow is", "workflows are")} {count(shapes.length, "shape")}
          {shapes.length > cover.shapes && (
            <span class="soft">
              ; {count(cover.shapes, "covers", "cover")} {cover.percent} %
            </span>
          )}
        </Fragment>
      }
      head={[
        ["Shape", ""],
        ["", "bars"],
        ["Workflows", "number"],
        ["Share", "number"],
        ["Repositories", "number"],
      ]}
      rows={shapes}
      row={({ shape, workflows: own }) => {
        const [text, end] = partsOf(shape);
        const repositories = new Set(own.map(({ repository }) => repository)).size;
        return (
          <tr key={shape}>
            <td>
              {text}{" "}
              {end.map((kind) => (
                <Badge key={kind} kind={kind} />
              ))}
            </td>
            <td class="bars">
              <svg class="bar thin" viewBox="0 0 1000 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="whole" width={1000} height={4} />
                <rect class="part" width={(own.length * 1000) / most} height={4} />
              </svg>
            </td>
            <td class="number" data-word="workflows">
              {figure(own.length)}
            </td>
            <td class="number soft">{share(own.length, workflows)}</td>
            <td class="number" data-word="repositories">
              <CountButton number={repositories} what={shape} onClick={() => show(seen, { shape })} />
            </td>
          </tr>
        );
      }}
    />
  );
}

/** The sentence of a shape, and the dispositions at its end. */
function partsOf(shape: string): readonly [string, readonly (typeof dispositions)[number][]] {
  const at = shape.lastIndexOf(": ");
  const words = shape.slice(at + 2).split(", ");
  return [shape.slice(0, at), dispositions.filter((kind) => words.includes(kind))];
}

/** Repositories without a plan, by what was in the way. */
export function Failures(seen: Seen): JSX.Element {
  return (
    <Group
      seen={seen}
      id="failures"
      title="No plan"
      head={[
        ["What is in the way", ""],
        ["Repositories", "number"],
      ]}
      rows={tally(seen.entries.map(({ failure }) => failure))}
      row={([failure, number]) => (
        <tr key={failure}>
          <td>{failure}</td>
          <td class="number" data-word="repositories">
            <CountButton number={number} what={failure} onClick={() => show(seen, { failure })} />
          </td>
        </tr>
      )}
    />
  );
}

/** What is left for people, alike tasks as one. */
export function Tasks({ audit, ...seen }: { readonly audit: Audit } & Seen): JSX.Element {
  return (
    <Group
      seen={seen}
      id="tasks"
      title="What people must do"
      head={[
        ["Task", ""],
        ["Times", "number"],
        ["Repositories", "number"],
      ]}
      rows={audit.tasks}
      row={({ task, times, repositories }) => (
        <tr key={task}>
          <td>
            <Prose text={task} />
          </td>
          <td class="number" data-word="times">
            {figure(times)}
          </td>
          <td class="number" data-word="repositories">
            {figure(repositories)}
          </td>
        </tr>
      )}
    />
  );
}

/** Text in which pairs of backticks mean code, as in the other reports. */
export function Prose({ text }: { readonly text: string }): JSX.Element {
  const pieces = text.split("`");
  const last = pieces.length % 2 === 0 ? pieces.length - 1 : pieces.length;
  return (
    <Fragment>
      {pieces.map((piece, i) => (i === last ? `\`${piece}` : i % 2 === 1 ? <code key={i}>{piece}</code> : piece))}
    </Fragment>
  );
}
