import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { PlanDocument, Relay } from "@gha2pulumi/migrate";
import { analyse } from "./analyse.ts";
import { say } from "./consent.ts";
import { runsPulumi, type ExitCode } from "./exit.ts";
import { Fault, reasonOf } from "./fault.ts";
import { table, wrap } from "./layout.ts";
import { sayNothingFound } from "./nothing-found.ts";
import { writeReport } from "./output.ts";
import type { InFolder, SecretsOptions } from "./options.ts";
import { progressOn } from "./progress.ts";
import { secretLines } from "./terminal-todo.ts";
import { count } from "./terminal-wording.ts";

/** `secrets`: which secrets, where they go, and the relay that carries their values; names only, never a value. */
export async function secrets(options: InFolder<SecretsOptions>): Promise<ExitCode> {
  if (options.check !== undefined) return await check(options.check);
  const analysis = await analyse(options, progressOn(process.stderr));
  const { document, engine } = analysis;
  const relay = engine.relayOf(document);
  if (options.out !== undefined && relay !== undefined) writeRelay(options.out, relay);
  process.stdout.write(
    options.format === "json"
      ? `${JSON.stringify({ secrets: document.secrets, relay: relay?.parts ?? [] }, null, 2)}\n`
      : await told(document, relay, options.out),
  );
  sayNothingFound(analysis);
  if (!runsPulumi(document)) return 3;
  return options.out !== undefined && relay === undefined
    ? say("No secret goes into the settings program, so there is nothing to carry and no relay to write.", 0)
    : 0;
}

async function told(document: PlanDocument, relay: Relay | undefined, out: string | undefined): Promise<string> {
  const { paintFor, widthOf } = await import("./paint.ts");
  const { printable } = await import("@gha2pulumi/repo");
  const style = { paint: paintFor(process.stdout), width: widthOf(process.stdout) };
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [style.paint.bold(title), "", ...lines.map(printable), ""];
  const uses = document.secrets.map(({ name, places, environments }) => [
    name,
    places.join(", "),
    environments.length === 0 ? "repository or organisation" : `environment ${environments.join(", ")}, or repository`,
  ]);
  const retired = document.secrets.filter(({ goes }) => goes === "retire").map(({ name }) => `  [ ] ${name}`);
  return [
    ...section("Secrets", secretLines(document, style)),
    ...section(
      "Where they are read, and whose they may be",
      table(uses, style.width - 2).map((cells) => `  ${cells.join("  ")}`),
    ),
    ...section("How their values get to Pulumi", relay === undefined ? [] : relayLines(relay, out, style.width)),
    ...section("To delete in GitHub when the deployments have worked", retired),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function relayLines({ parts }: Relay, out: string | undefined, width: number): readonly string[] {
  const rows = parts.map(({ environment, target, secrets }) => [
    environment === undefined ? "repository" : `environment ${environment}`,
    count(secrets.length, "secret"),
    target,
  ]);
  const steps = [
    out === undefined
      ? "Write the relay: gha2pulumi secrets --out .github/workflows/relay-secrets.yml"
      : `Commit ${out} to the default branch: only there can a workflow be started by hand.`,
    "Let Pulumi Cloud trust this repository's workflows: an OIDC issuer https://token.actions.githubusercontent.com with a policy for it.",
    "Start the relay once. It prints names and fingerprints. Then delete the file.",
    ...parts.map(({ target }) => `In the settings program: pulumi config env add ${target}`),
    "Compare: pulumi env open <organization>/<project>/<environment> | gha2pulumi secrets --check <log of the job>",
  ];
  const byHand =
    "GitHub shows values to workflows only. Whoever knows them may as well answer `pulumi config set --secret` by hand, as the README of the settings program lists it. Otherwise a one-use workflow carries them to Pulumi ESC:";
  return [
    ...wrap(byHand, width - 2).map((line) => `  ${line}`),
    "",
    ...table(rows, width - 2).map((cells) => `  ${cells.join("  ")}`),
    "",
    ...steps.flatMap((step) => wrap(step, width - 6).map((line, i) => (i === 0 ? `  [ ] ${line}` : `      ${line}`))),
  ];
}

/** Overwrites a file that is there only when it is a relay too, of whatever secrets. */
function writeRelay(out: string, { text }: Relay): void {
  const mark = text.slice(0, text.indexOf("\n"));
  writeReport(out, text, (old) => old.startsWith(mark), "a relay");
}

/** Compares what a relay printed with what an ESC environment holds: what `pulumi env open` prints, as it comes. */
async function check(log: string): Promise<ExitCode> {
  const lines = readText(log).matchAll(/(?:^|\s)(\S+) (\S+:\S.*?) ([0-9a-f]{16})\s*$/gm);
  const printed = new Map([...lines].map(([, , key = "", fingerprint = ""]) => [key, fingerprint]));
  if (printed.size === 0) throw new Fault(undefined, `${log} holds no fingerprints`, "give the log of the relay's job");
  const { key, values } = openedOf(await readInput());
  const wrong = [...printed].flatMap(([name, fingerprint]) => {
    const value = values.get(name);
    if (value === undefined) return [`${name} is not there`];
    const found = createHash("sha256").update(`${key}${value}\n`).digest("hex").slice(0, 16);
    return found === fingerprint ? [] : [`${name} holds another value`];
  });
  const { printable } = await import("@gha2pulumi/repo");
  for (const line of wrong) process.stdout.write(`${printable(line)}\n`);
  if (wrong.length > 0) return say(`${count(wrong.length, "value")} of ${printed.size} differ.`, 12);
  return say(`${count(printed.size, "value")}, all as the relay carried them.`, 0);
}

function openedOf(text: string): { readonly key: string; readonly values: ReadonlyMap<string, string> } {
  const help = "pipe in what `pulumi env open <organization>/<project>/<environment>` prints";
  let opened: unknown;
  try {
    opened = JSON.parse(text);
  } catch {
    // What is wrong with it is not said: an error of the parser shows a piece of the text.
    throw new Fault(undefined, "standard input is not JSON", help);
  }
  const { relay, pulumiConfig } = (opened ?? {}) as {
    readonly relay?: { readonly key?: unknown };
    readonly pulumiConfig?: Readonly<Record<string, unknown>>;
  };
  if (typeof relay?.key !== "string" || typeof pulumiConfig !== "object")
    throw new Fault(undefined, "standard input is no environment that a relay filled", help);
  return {
    key: relay.key,
    values: new Map(Object.entries(pulumiConfig).map(([name, value]) => [name, String(value)])),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Fault(undefined, `${path} cannot be read: ${reasonOf(error)}`, "give the log of the relay's job");
  }
}

async function readInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
