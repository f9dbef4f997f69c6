import { asInShell, eventName, written, type Hole } from "@gha2pulumi/repo";
import { isStandIn } from "@gha2pulumi/workflow";
import { blocker, type Blocker } from "./blocker.ts";
import type { Occurrence } from "./intent.ts";
import { jobQuestion } from "./job-question.ts";
import { branchesIn, branchesReached, otherBranches } from "./stack-answer.ts";
import { shown } from "./stand-ins.ts";
import type { SeenTrigger } from "./triggers-seen.ts";
import type { World } from "./world.ts";

/** Why the stack of an operation, which `on` starts, is not known, or is none. */
export function stackBlockers(one: Occurrence, on: readonly SeenTrigger[], world: World): readonly Blocker[] {
  const { operates, stack } = one;
  if (stack === undefined) return [unknownStack(one, on, world)];
  if (stack === "") return [blocker("GP204", emptyStack(one, world), operates.from)];
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack))
    return [blocker("GP204", `\`${stack}\` is no name a stack can have`, operates.from)];
  return one.answered && !one.answered.isByBranch ? oneForAll(one, on, world) : [];
}

/** What an expression gives that reads what an event does not have. */
function emptyStack({ operates, event }: Occurrence, { tree }: World): string {
  const [at] = (operates.stack?.from ?? operates.from).slice(-1);
  const source = at === undefined ? "" : (tree.get(at.path) ?? "").slice(at.start, at.end);
  const what = source.includes("${{") && !source.includes("\n") ? `: \`${source}\`` : "";
  return `the stack's name is empty on \`${eventName(event)}\`${what}; the step fails there, or works on whatever stack is selected`;
}

function unknownStack(one: Occurrence, on: readonly SeenTrigger[], world: World): Blocker {
  const { operates } = one;
  const what = operates.stack
    ? `which stack \`${asInShell(written(operates.stack.text))}\` is cannot be told`
    : "no stack is named";
  return isNamedByRun(operates)
    ? blocker("GP204", what, operates.stack?.from ?? operates.from)
    : asked(one, what, on, world);
}

/** No answer names the stack of every pull request, tag, matrix cell or item of a list: it is another in each run. */
export function isNamedByRun({ stack }: Occurrence["operates"]): boolean {
  return (stack?.text ?? []).some((piece) => (typeof piece === "string" ? isStandIn(piece) : differs(piece)));
}

/** Programs that give what a file of the repository holds, or a part of what they are given. */
const readers = /^(?:cat|cut|echo|grep|head|jq|printf|sed|tail|tr|yq|xargs)$/;

/** Whether a part of a name may be another in each run. The same in all are what a repository or runner has set, and its files. */
function differs({ expression, names, note }: Hole): boolean {
  if (/\bgithub\b|GITHUB_|\b(steps|needs|inputs|matrix)\./i.test([expression, ...names].join(" "))) return true;
  // Which way a script or job takes there is told by the run.
  if (/\bcondition\b|may not run|\bloop/.test(note)) return true;
  if (!names.every((name) => /^(?:vars|secrets|env)\./.test(name))) return true;
  const script = /^(?:\$\(|`)(?!\()(.*)[)`]$/s.exec(expression)?.[1];
  if (script === undefined) return names.length === 0 && !expression.startsWith("${");
  const programs = script.split(/[|;&\n]|\$\(|`/).map((one) => /^\s*(\S*)/.exec(one)?.[1] ?? "");
  return !programs.every((one) => one === "" || one.startsWith("<") || readers.test(one));
}

/** One name that was answered for a job which several branches start: on each it may work on another stack. */
function oneForAll(one: Occurrence, on: readonly SeenTrigger[], world: World): readonly Blocker[] {
  const branches = branchesThatTell(one, on);
  if (branches.length === 0) return [];
  const what = `\`${one.answered?.stack ?? ""}\` was answered, and ${listed(branches)} start it: no file says that its stack is the same on all of them`;
  return [asked(one, what, on, world)];
}

function asked(one: Occurrence, what: string, on: readonly SeenTrigger[], world: World): Blocker {
  const { operates, site, directory } = one;
  const key = jobQuestion("stack", site.jobPlay);
  const from = operates.stack?.from ?? operates.from;
  const choices = [...(directory === undefined ? [] : (world.projects.get(directory)?.stacks.keys() ?? []))];
  const told = branchesIn(world.surroundings.get(key));
  if (branchesThatTell(one, on).length > 0 || told.length > 0)
    return blocker("GP204", what, from, {
      kind: "stacks",
      key,
      choices,
      names: [...told, ...branchesReached(on)],
      from,
    });
  const names = [operates.stack ? shown(written(operates.stack.text)) : ""];
  return blocker("GP204", what, from, { kind: "stack", key, choices, names, from });
}

/** The branches that start it, where they are several: a name that a variable or secret holds is the same on all. */
function branchesThatTell({ operates }: Occurrence, on: readonly SeenTrigger[]): readonly string[] {
  const isOfRepository = operates.stack?.text.every(
    (piece) => typeof piece === "string" || (piece.names.length > 0 && piece.names.every(isStored)),
  );
  const branches = branchesReached(on);
  return isOfRepository === true || (branches.length < 2 && !branches.includes(otherBranches)) ? [] : branches;
}

function isStored(name: string): boolean {
  return /^(?:vars|secrets)\./.test(name);
}

/** Branches as a sentence has them, the other ones last. */
export function listed(branches: readonly string[]): string {
  const named = branches.flatMap((branch) => (branch === otherBranches ? [] : [`\`${branch}\``]));
  const all = branches.includes(otherBranches) ? [...named, "other branches"] : named;
  const last = all.at(-1) ?? "";
  return all.length < 2 ? last : `${all.slice(0, -1).join(", ")} and ${last}`;
}
