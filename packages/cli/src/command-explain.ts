import { nearest } from "@gha2pulumi/repo";
import type { Explanation } from "@gha2pulumi/migrate";
import type { ExitCode } from "./exit.ts";
import { allExplanations } from "./explanations.ts";
import { Fault } from "./fault.ts";

/** `explain`: the long text of one diagnostic, or the list of all. */
export async function explain(code: string | undefined): Promise<ExitCode> {
  const all = await allExplanations();
  process.stdout.write(code === undefined ? listOf(all) : longText(code.toUpperCase(), all));
  return 0;
}

function listOf(all: readonly Explanation[]): string {
  return all.map(({ code, title }) => `${code}  ${title}\n`).join("");
}

function longText(code: string, all: readonly Explanation[]): string {
  const found = all.find((one) => one.code === code);
  if (found === undefined) throw unknownCode(code, all);
  const { title, means, act, example } = found;
  const parts = [`${code}: ${title}`, means, `To do: ${act}`, ...(example ? shownExample(example) : [])];
  return `${parts.join("\n\n")}\n`;
}

function shownExample({ files, shell }: NonNullable<Explanation["example"]>): readonly string[] {
  const texts = Object.entries(files).map(([path, text]) => `${path}:\n\n${indented(text)}`);
  const commands = shell === "" ? [] : [`${indented(shell)}`];
  return ["For example:", ...texts, ...commands];
}

function indented(text: string): string {
  return text.trimEnd().replace(/^(?=.)/gm, "    ");
}

function unknownCode(code: string, all: readonly Explanation[]): Fault {
  const meant =
    nearest(
      code,
      all.map((one) => one.code),
    ) ?? "";
  const help = `did you mean ${meant}? gha2pulumi explain lists them all`;
  return new Fault(undefined, `there is no diagnostic ${code}`, help);
}
