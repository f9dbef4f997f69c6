import { stackNames, type PlanDocument, type PlannedOperation } from "@gha2pulumi/migrate";
import { labelled } from "./layout.ts";
import type { Paint, Style } from "./paint.ts";
import { triggerText } from "./terminal-wording.ts";

const colours = { move: "green", call: "cyan", keep: "dim", ask: "yellow" } as const;

/** One block per operation: what, on which stack, from where, when, and what becomes of it. */
export function operationLines(document: PlanDocument, style: Style): readonly string[] {
  return document.operations.flatMap((operation, i) => [...(i === 0 ? [] : [""]), ...block(operation, style)]);
}

function block(operation: PlannedOperation, { paint, width }: Style): readonly string[] {
  const { disposition } = operation;
  const [first = "", ...more] = stackNames(operation);
  const mark = paint[colours[disposition]](disposition.padEnd(6));
  const details = rows(operation).flatMap(([label, values]) => labelled(label, values, { indent: 8, width }));
  return [
    `  ${mark}${paint.bold(`${operation.operation} ${first}`)}`,
    ...more.map((stack) => `        ${paint.bold(`${operation.operation} ${stack}`)}`),
    ...details,
    ...operation.reasons.flatMap((reason) => reasonLines(reason, width, paint)),
  ];
}

function rows(operation: PlannedOperation): readonly (readonly [label: string, values: readonly string[]])[] {
  const { trail, location } = operation;
  return [
    ["at", trail.length > 0 ? trail : [location]],
    ["job", [`${operation.job}, step ${operation.step}`]],
    ["in", [operation.projectDirectory ?? "(folder not told)"]],
    ["when", operation.on.map(triggerText)],
    ["as", operation.identities.map(({ kind, role }) => (role === null ? kind : `${kind} ${role}`))],
    ["reads", [...operation.secrets, ...operation.variables]],
    ["first", operation.prepare],
    ["waits", operation.gates.map(({ kind, name, location: at }) => `${kind} ${name} (${at})`)],
  ];
}

function reasonLines(
  { code, message, location }: PlannedOperation["reasons"][number],
  width: number,
  paint: Paint,
): readonly string[] {
  const [first = "", ...rest] = labelled(code, [message], { indent: 8, width });
  const place = " ".repeat(17) + paint.dim(location);
  return [first, ...rest, ...(location === "" ? [] : [place])];
}
