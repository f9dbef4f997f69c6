import type { Tree, YamlFile, YamlNode } from "@gha2pulumi/repo";
import { Fault } from "./fault.ts";
import { answersFile } from "./wanted.ts";

/** Answers by key: those of `gha2pulumi.yaml`, and over them those of the command line. */
export async function answersOf(tree: Tree, given: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const text = tree.get(answersFile);
  const fromFile = text === undefined ? [] : await fileAnswers(text);
  return new Map([...fromFile, ...given.map(givenAnswer)]);
}

type Answer = readonly [key: string, value: string];

/** `key=value` as given with `--answer`; the value may hold further `=` signs and may be empty. */
function givenAnswer(written: string): Answer {
  const at = written.indexOf("=");
  if (at > 0) return [written.slice(0, at).trim(), written.slice(at + 1).trim()];
  throw new Fault(undefined, `--answer ${written} has no key and value`, "write it as --answer key=value");
}

async function fileAnswers(text: string): Promise<readonly Answer[]> {
  const { positionIn, readYaml } = await import("@gha2pulumi/repo");
  const file = readYaml(answersFile, text);
  const complain = (offset: number, what: string): Fault => {
    const { line, column } = positionIn(text, offset);
    const help = "write it as a mapping `answers:` with one `key: value` per line";
    return new Fault(undefined, `${answersFile}:${line}:${column}: ${what}`, help);
  };
  return entriesOf(file, complain);
}

type Complain = (offset: number, what: string) => Fault;

function entriesOf({ root, problems }: YamlFile, complain: Complain): readonly Answer[] {
  const [problem] = problems;
  if (problem !== undefined) throw complain(problem.span.start, problem.message);
  if (root === undefined || root.kind === "null") return [];
  if (root.kind !== "map") throw complain(root.span.start, "a mapping is expected here");
  const unknown = root.entries.find(({ key }) => key !== "answers" && key !== "wrappers");
  if (unknown !== undefined)
    throw complain(unknown.keySpan.start, `there is no key ${unknown.key}; only answers and wrappers`);
  for (const { key, value } of root.entries) if (key === "wrappers") checkWrappers(value, complain);
  return root.entries.flatMap(({ key, value }) => (key === "answers" ? answers(value, complain) : []));
}

/** `wrappers:` is read by the recogniser of that name; here it is only looked at, so that a slip is not passed over. */
function checkWrappers(node: YamlNode, complain: Complain): void {
  const wanted = ["command", "stack", "folder"];
  if (node.kind !== "map") throw complain(node.span.start, "a mapping of actions to their descriptions is expected");
  for (const { key: action, value } of node.entries) {
    if (value.kind !== "map") throw complain(value.span.start, `${action} needs a mapping with ${wanted.join(", ")}`);
    const other = value.entries.find(({ key }) => !wanted.includes(key));
    if (other) throw complain(other.keySpan.start, `${action} has no key ${other.key}; only ${wanted.join(", ")}`);
    if (!value.entries.some(({ key }) => key === "command"))
      throw complain(value.span.start, `${action} needs a command`);
  }
}

function answers(node: YamlNode, complain: Complain): readonly Answer[] {
  if (node.kind === "null") return [];
  if (node.kind !== "map") throw complain(node.span.start, "a mapping of keys to values is expected under answers");
  return node.entries.map(({ key, value }) => {
    if (value.kind === "scalar") return [key, value.text];
    throw complain(value.span.start, `the answer to ${key} must be one value`);
  });
}
