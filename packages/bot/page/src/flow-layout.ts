import type { AuditedRepository } from "@gha2pulumi/migrate";
import { gateText, triggerLabel, triggerText } from "./words.ts";

/** One way to a stack: what starts it, what it waits for, what is done, and who does it. */
export interface Way {
  readonly when: readonly string[];
  /** The same for people who cannot see the picture, without anything left out. */
  readonly spoken: string;
  readonly gates: readonly string[];
  readonly operation: string;
  readonly by: "workflow" | "call" | "deployments";
}

export interface StackFlow {
  readonly stack: string;
  readonly before: readonly Way[];
  readonly after: readonly Way[];
}

/** The flows of a repository, stack by stack. What moves is, afterwards, what the settings of the stack start. */
export function flowsOf({ operations, settings }: AuditedRepository): readonly StackFlow[] {
  const stacks = [...new Set(operations.flatMap((one) => one.stacks))];
  return stacks.map((stack) => {
    const own = operations.filter((one) => one.stacks.includes(stack));
    const way = (one: (typeof own)[number], by: Way["by"]): Way => ({
      when: one.on.length === 0 ? ["nothing"] : one.on.map(triggerLabel),
      spoken: one.on.map(triggerText).join(" or "),
      gates: one.waitsFor.map(gateText),
      operation: one.operation,
      by,
    });
    const starts = own.some(({ disposition }) => disposition === "move")
      ? settings.filter((one) => one.stack === stack).flatMap((one) => one.starts)
      : [];
    return {
      stack,
      before: own.map((one) => way(one, "workflow")),
      after: [
        ...starts.map(({ when, operation }): Way => ({
          when: [when],
          spoken: when,
          gates: [],
          operation,
          by: "deployments",
        })),
        ...own
          .filter(({ disposition }) => disposition !== "move")
          .map((one) => way(one, one.disposition === "call" ? "call" : "workflow")),
      ],
    };
  });
}

export interface Node {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly kind: "when" | "gate" | "stack" | Way["by"];
  readonly lines: readonly string[];
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Node[];
  /** Each an SVG path that ends at the head of an arrow. */
  readonly arrows: readonly string[];
}

const line = 16;
const pad = 8;
const gap = 20;
// Between one way and the next, and before the stack, when they are below one another.
const wayGap = 30;
const mostLines = 4;
const who = { workflow: "in GitHub Actions", call: "called in Deployments", deployments: "in Deployments" } as const;

function heightOf(lines: readonly string[]): number {
  return lines.length * line + 2 * pad;
}

function shortened(lines: readonly string[]): readonly string[] {
  return lines.length <= mostLines
    ? lines
    : [...lines.slice(0, mostLines - 1), `and ${lines.length - mostLines + 1} more`];
}

/** Left to right where there is room, top to bottom where there is not. */
export function picture(ways: readonly Way[], stack: string, narrow: boolean): Picture {
  return narrow ? downward(ways, stack) : across(ways, stack);
}

/** The nodes of a way in their order, without their places. */
function parts(way: Way): readonly Pick<Node, "kind" | "lines">[] {
  return [
    { kind: "when", lines: shortened(way.when) },
    ...(way.gates.length > 0 ? [{ kind: "gate", lines: shortened(way.gates) } as const] : []),
    { kind: way.by, lines: [way.operation, who[way.by]] },
  ];
}

function across(ways: readonly Way[], stack: string): Picture {
  const gated = ways.some(({ gates }) => gates.length > 0);
  const columns = gated
    ? { when: [0, 142], gate: [160, 142], operation: [320, 146], stack: [484, 102] }
    : { when: [0, 200], gate: [0, 0], operation: [226, 150], stack: [402, 184] };
  const nodes: Node[] = [];
  const arrows: string[] = [];
  const ends: (readonly [number, number])[] = [];
  let y = 0;
  for (const way of ways) {
    const all = parts(way);
    const height = Math.max(...all.map(({ lines }) => heightOf(lines)));
    const middle = y + height / 2;
    let end = 0;
    for (const [i, { kind, lines }] of all.entries()) {
      const [x = 0, width = 0] = columns[kind === "when" || kind === "gate" ? kind : "operation"];
      nodes.push({ x, y: middle - heightOf(lines) / 2, width, height: heightOf(lines), kind, lines });
      if (i > 0) arrows.push(`M${end} ${middle}H${x - 2}`);
      end = x + width;
    }
    ends.push([end, middle]);
    y += height + 12;
  }
  const height = Math.max(y - 12, heightOf([stack]));
  const [x = 0, width = 0] = columns.stack;
  const middle = height / 2;
  nodes.push({ x, y: middle - heightOf([stack]) / 2, width, height: heightOf([stack]), kind: "stack", lines: [stack] });
  for (const [end, from] of ends)
    arrows.push(from === middle ? `M${end} ${from}H${x - 2}` : `M${end} ${from}H${x - 14}V${middle}H${x - 2}`);
  return { width: 586, height, nodes, arrows };
}

function downward(ways: readonly Way[], stack: string): Picture {
  const width = 300;
  const trunk = width - 6;
  const nodes: Node[] = [];
  const arrows: string[] = [];
  const ends: number[] = [];
  let y = 0;
  for (const way of ways) {
    for (const [i, { kind, lines }] of parts(way).entries()) {
      if (i > 0) arrows.push(`M${(width - 24) / 2} ${y - gap}V${y - 2}`);
      nodes.push({ x: 0, y, width: width - 24, height: heightOf(lines), kind, lines });
      y += heightOf(lines) + gap;
    }
    ends.push(y - gap - heightOf(["", ""]) / 2);
    y += wayGap - gap;
  }
  const height = heightOf([stack]);
  nodes.push({ x: 0, y, width: width - 24, height, kind: "stack", lines: [stack] });
  for (const end of ends) arrows.push(`M${width - 24} ${end}H${trunk}V${y + height / 2}H${width - 22}`);
  return { width, height: y + height, nodes, arrows };
}
