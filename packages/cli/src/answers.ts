import { answersFile, type Answer, type Tree } from "@gha2pulumi/repo";
import { Fault } from "./fault.ts";

/** Answers by key: those of `gha2pulumi.yaml`, and over them those of the command line. */
export async function answersOf(tree: Tree, given: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const text = tree.get(answersFile);
  const fromFile = text === undefined ? [] : await fileAnswers(text);
  return new Map([...fromFile, ...given.map(givenAnswer)]);
}

/** `key=value` as given with `--answer`; the value may hold further `=` signs and may be empty. */
function givenAnswer(written: string): Answer {
  const at = written.indexOf("=");
  if (at > 0) return [written.slice(0, at).trim(), written.slice(at + 1).trim()];
  throw new Fault(undefined, `--answer ${written} has no key and value`, "write it as --answer key=value");
}

async function fileAnswers(text: string): Promise<readonly Answer[]> {
  const { answersIn } = await import("@gha2pulumi/repo");
  const found = answersIn(text);
  if ("message" in found) throw new Fault(undefined, found.message, found.help);
  return found;
}
