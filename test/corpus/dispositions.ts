// `pnpm corpus --dispositions`: what becomes of the operations of real repositories, and why the rest stays.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate } from "@gha2pulumi/migrate";
import type { Tree } from "@gha2pulumi/repo";
import { isCallableCode } from "../../packages/migrate/src/call/callable.ts";
import type { PlannedOperation } from "../../packages/migrate/src/report/plan-document.ts";
import { readTree } from "../support/fixture.ts";

/** Of the operations on Pulumi Cloud whose stack can be told, so many are to move or become calls, in percent. */
const goal = 85;

/** What everybody is asked and most can answer at once: nothing that is asked about one repository alone. */
const answers: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  "without answers": new Map(),
  "with two answers": new Map([
    ["organization", "acme"],
    ["environments.protected", "none"],
  ]),
  "with a third, that unknown steps leave nothing": new Map([
    ["organization", "acme"],
    ["environments.protected", "none"],
    ["leaves", "nothing"],
  ]),
};

interface Kept {
  readonly repository: string;
  readonly operation: PlannedOperation;
}

const { values } = parseArgs({
  options: {
    repos: { type: "string" },
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    answers: { type: "string", default: "" },
  },
});
const folder = values.repos ?? "";

async function report(name: string, told: ReadonlyMap<string, string>, isAnswered: boolean): Promise<void> {
  const counts = { move: 0, call: 0, keep: 0, ask: 0 };
  const kept: Kept[] = [];
  let left = 0;
  for (const repository of readdirSync(folder)
    .sort()
    .filter((one) => one.includes(values.only))) {
    const document = await planOf(readTree(join(folder, repository)), told, isAnswered);
    for (const operation of document.operations) {
      if (!isMeasured(operation)) left += 1;
      else {
        counts[operation.disposition] += 1;
        if (operation.disposition === "keep" || operation.disposition === "ask") kept.push({ repository, operation });
      }
    }
  }
  const gone = counts.move + counts.call;
  const all = gone + counts.keep + counts.ask;
  const share = all === 0 ? 0 : (100 * gone) / all;
  console.log(
    `${name}: ${share.toFixed(1)} % move or call (${gone}/${all}; goal ${goal} %): ` +
      Object.entries(counts)
        .map(([word, count]) => `${word} ${count}`)
        .join(", ") +
      `; not counted ${left}`,
  );
  for (const [what, ops] of groupsOf(kept)) {
    console.log(`  ${String(ops.length).padStart(4)}  ${what}`);
    if (!values.list) continue;
    for (const { repository, operation } of ops) {
      console.log(`          ${repository} ${operation.location} ${operation.disposition}`);
      for (const { code, message } of standing(operation)) console.log(`            ${code} ${message}`);
    }
  }
}

/** The plan of a repository; `isAnswered`: after each of its questions has its first choice, which is the boldest one but for schedules. */
async function planOf(
  tree: Tree,
  told: ReadonlyMap<string, string>,
  isAnswered: boolean,
): Promise<Awaited<ReturnType<typeof migrate>>["document"]> {
  const surroundings = new Map(told);
  for (;;) {
    const { document } = await migrate({ tree, surroundings }, undefined);
    const given = document.questions.flatMap(({ key, choices: [answer] }): readonly (readonly [string, string])[] =>
      answer === undefined || surroundings.has(key) ? [] : [[key, answer]],
    );
    if (!isAnswered || given.length === 0) return document;
    for (const [key, answer] of given) surroundings.set(key, answer);
  }
}

/** Reasons why there is no such operation: GitHub does not run it, its project or stack is not told, its state is elsewhere. */
const none: ReadonlySet<string> = new Set(["GP201", "GP203", "GP204", "GP210", "GP211"]);

/** On Pulumi Cloud, with an operation, a project and a stack that can be told, and started by some event. */
function isMeasured({ operation, project, stacks, on, reasons }: PlannedOperation): boolean {
  const isOne = operation !== "unknown" && project !== null && stacks.length > 0 && on.length > 0;
  return isOne && !reasons.some(({ code }) => none.has(code));
}

/** The reasons that a call does not take away; all of them where there are no others. */
function standing({ reasons }: PlannedOperation): PlannedOperation["reasons"] {
  const own = reasons.filter(({ code }) => !isCallableCode(code));
  return own.length > 0 ? own : reasons;
}

/** The operations by what stands against them: the codes, and the words of a call that cannot be. */
function groupsOf(all: readonly Kept[]): readonly (readonly [string, readonly Kept[]])[] {
  const groups = new Map<string, Kept[]>();
  for (const one of all) {
    const words = standing(one.operation).map(({ code, message }) =>
      code === "GP251" ? `${code} ${message.replaceAll(/`[^`]*`/g, "`…`")}` : code,
    );
    const key = [...new Set(words)].sort().join(" + ");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
}

for (const [name, surroundings] of Object.entries(answers))
  if (name.includes(values.answers)) await report(name, surroundings, false);
if ("with every answer".includes(values.answers)) await report("with every answer", new Map(), true);
