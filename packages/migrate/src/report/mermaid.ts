import { tableOf } from "@gha2pulumi/repo";
import type { PlanDocument, PlannedOperation, PlannedTrigger } from "./plan-document.ts";
import { stackNames } from "./stack-names.ts";

// Beyond these a drawing is smaller than its letters, or GitHub draws none.
const mostArrows = 40;
const longestLabel = 60;

/**
 * Who starts what, before and after, as two Mermaid flowcharts: parts of one would stand in an order of Mermaid's own.
 * Their number of arrows where there are too many. https://mermaid.js.org/syntax/flowchart.html
 */
export function flowcharts(
  document: PlanDocument,
): { readonly before: string; readonly after: string } | { readonly arrows: number } {
  const [before, after] = (["before", "after"] as const).map((side) =>
    drawn(document.operations.flatMap((one) => ways(one, side))),
  ) as [Drawing, Drawing];
  const arrows = before.arrows.length + after.arrows.length;
  const text = ({ nodes, arrows: own }: Drawing): string => ["flowchart LR", ...nodes, ...own].join("\n");
  return arrows > mostArrows ? { arrows } : { before: text(before), after: text(after) };
}

interface Drawing {
  readonly nodes: readonly string[];
  readonly arrows: readonly string[];
}

/** One way from an event to a stack: what it passes, each with a name; the first arrow says the operation. */
interface Way {
  readonly stops: readonly string[];
  readonly operation: string;
}

const deployments = "Pulumi Deployments";

function ways(one: PlannedOperation, side: "before" | "after"): readonly Way[] {
  const workflow = `${one.workflow.slice(one.workflow.lastIndexOf("/") + 1)} / ${one.job}`;
  const through =
    side === "before" || one.disposition === "keep" || one.disposition === "ask"
      ? [workflow]
      : one.disposition === "call"
        ? [workflow, deployments]
        : [deployments];
  const events = one.on.length === 0 ? ["no event"] : one.on.map(eventName);
  return events.flatMap((event) =>
    stackNames(one).map((stack) => ({ stops: [event, ...through, stack], operation: one.operation })),
  );
}

function eventName({ event, branches = [], tags = [], cron }: PlannedTrigger): string {
  const names = [...branches, ...tags];
  const rest = names.length > 2 ? `${names.slice(0, 2).join(", ")}, …` : names.join(", ");
  return [event, cron, rest].filter((text) => text !== undefined && text !== "").join(" ");
}

function drawn(all: readonly Way[]): Drawing {
  const ids = new Map<string, { readonly id: string; readonly name: string }>();
  // What lies between event and stack is drawn for each stack, or nobody could follow an event to its stack.
  const id = (name: string, i: number, of: Way): string => {
    const stack = of.stops[of.stops.length - 1];
    const key = JSON.stringify(
      i === 0 ? ["event", name] : i === of.stops.length - 1 ? ["stack", name] : ["way", name, stack],
    );
    const known = ids.get(key) ?? { id: `n${ids.size}`, name };
    ids.set(key, known);
    return known.id;
  };
  const arrows = new Set<string>();
  for (const way of all) {
    const { stops, operation } = way;
    for (const [i, stop] of stops.entries()) {
      const next = stops[i + 1];
      const said = i === 0 ? `|"${label(operation)}"| ` : "";
      const from = id(stop, i, way);
      if (next !== undefined) arrows.add(`  ${from} --> ${said}${id(next, i + 1, way)}`);
    }
  }
  const nodes = [...ids.values()].map((one) => `  ${one.id}["${label(one.name)}"]`);
  return { nodes, arrows: [...arrows] };
}

// Mermaid's own names for signs; a number would read as that of an issue where the text becomes a commit message.
const named: Readonly<Record<string, string>> = tableOf({
  "@": "commat",
  ":": "colon",
  "*": "ast",
  $: "dollar",
  "{": "lbrace",
  "}": "rbrace",
  "#": "num",
  "+": "plus",
  "=": "equals",
  "(": "lpar",
  ")": "rpar",
  "[": "lbrack",
  "]": "rbrack",
  "!": "excl",
  "?": "quest",
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
  "|": "vert",
});

/** Text inside of quotes: letters, digits and a few signs as they are, the rest by name, or as a dot. */
function label(text: string): string {
  const short = Array.from(text).length > longestLabel ? `${Array.from(text).slice(0, longestLabel).join("")}…` : text;
  return short.replace(/\bgh-(?=\d)/gi, "GH·").replace(/[^\p{L}\p{N} .,/_…-]/gu, (sign) => {
    const name = named[sign];
    return name === undefined ? "·" : `#${name};`;
  });
}
