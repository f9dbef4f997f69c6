import { answersFile } from "./wanted.ts";
import { positionIn } from "./span.ts";
import { readYaml, type YamlNode } from "./yaml.ts";

export type Answer = readonly [key: string, value: string];

/** What is wrong in the file of answers, with its place, and what to write instead. */
export interface AnswersProblem {
  readonly message: string;
  readonly help: string;
}

interface Complaint {
  readonly offset: number;
  readonly what: string;
}

/** The answers a file of answers holds, or what is wrong with it. */
export function answersIn(text: string): readonly Answer[] | AnswersProblem {
  const found = entriesOf(text);
  if (!("offset" in found)) return found;
  const { line, column } = positionIn(text, found.offset);
  return {
    message: `${answersFile}:${line}:${column}: ${found.what}`,
    help: "write it as a mapping `answers:` with one `key: value` per line",
  };
}

function entriesOf(text: string): readonly Answer[] | Complaint {
  const { root, problems } = readYaml(answersFile, text);
  const [problem] = problems;
  if (problem !== undefined) return { offset: problem.span.start, what: problem.message };
  if (root === undefined || root.kind === "null") return [];
  if (root.kind !== "map") return { offset: root.span.start, what: "a mapping is expected here" };
  const answers: Answer[] = [];
  for (const { key, value, keySpan } of root.entries) {
    if (key !== "answers" && key !== "wrappers")
      return { offset: keySpan.start, what: `there is no key ${key}; only answers and wrappers` };
    const found = key === "wrappers" ? wrappersComplaint(value) : answersUnder(value);
    if (found === undefined) continue;
    if ("offset" in found) return found;
    answers.push(...found);
  }
  return answers;
}

/** `wrappers:` is read by the recogniser of that name; here it is only looked at, so that a slip is not passed over. */
function wrappersComplaint(node: YamlNode): Complaint | undefined {
  const wanted = ["command", "stack", "folder"];
  const at = ({ span }: YamlNode, what: string): Complaint => ({ offset: span.start, what });
  if (node.kind !== "map") return at(node, "a mapping of actions to their descriptions is expected");
  for (const { key: action, value } of node.entries) {
    if (value.kind !== "map") return at(value, `${action} needs a mapping with ${wanted.join(", ")}`);
    const other = value.entries.find(({ key }) => !wanted.includes(key));
    if (other)
      return { offset: other.keySpan.start, what: `${action} has no key ${other.key}; only ${wanted.join(", ")}` };
    if (!value.entries.some(({ key }) => key === "command")) return at(value, `${action} needs a command`);
  }
  return undefined;
}

function answersUnder(node: YamlNode): readonly Answer[] | Complaint {
  if (node.kind === "null") return [];
  if (node.kind !== "map")
    return { offset: node.span.start, what: "a mapping of keys to values is expected under answers" };
  const odd = node.entries.find(({ value }) => value.kind !== "scalar");
  if (odd) return { offset: odd.value.span.start, what: `the answer to ${odd.key} must be one value` };
  return node.entries.flatMap(({ key, value }): Answer[] => (value.kind === "scalar" ? [[key, value.text]] : []));
}
