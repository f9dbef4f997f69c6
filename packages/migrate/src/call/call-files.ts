import { written } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import type { Entry } from "../entry.ts";
import { textsOf } from "../job-entries.ts";
import { programIn } from "../program-files.ts";
import type { World } from "../world.ts";

/** Calls by which a program writes a file; the first word in quotes behind one is its name. */
const writes =
  /\b(?:writeFile(?:Sync)?|appendFile(?:Sync)?|createWriteStream|WriteFile|write_text|File\.Write\w*|os\.Create|Files\.write\w*)\s*\(([^\n]*)|\bopen\s*\(([^\n]*?,\s*(?:mode\s*=\s*)?["'][wax][^\n]*)/g;

/** A file that the program writes and a later step of the job may use: a deployment writes its own. */
export function fileForLater(
  step: Step,
  entries: readonly Entry[],
  directory: string,
  world: World,
): string | undefined {
  const names = programIn(directory, world).flatMap(([, text]) => [...text.matchAll(writes)].map(nameIn));
  if (names.length === 0) return undefined;
  const last = entries.findLastIndex((entry) => entry.step.step === step);
  const later = last < 0 ? [] : entries.slice(last + 1);
  const isUsed = ({ command }: Entry): boolean => {
    if (command.kind === "uses" && /(?:^|\/)upload-[\w-]+$/.test(command.action)) return true;
    const texts = [...textsOf(command).map((text) => written(text)), command.kind === "script" ? command.text : ""];
    return names.some((name) => name !== undefined && texts.some((text) => text.includes(name)));
  };
  return later.some(isUsed) ? "a later step may use a file that its program writes" : undefined;
}

function nameIn([, call, opened]: RegExpExecArray): string | undefined {
  const name = /["'`]([^"'`\n]+)["'`]/
    .exec(call ?? opened ?? "")?.[1]
    ?.split("/")
    .at(-1);
  return name === undefined || name.length < 3 || name.includes("${") ? undefined : name;
}
