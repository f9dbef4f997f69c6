import { literal, written, type Bound, tableOf } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { input, withExports, type Scope } from "./scope.ts";

type Uses = Command & { readonly kind: "uses" };

const note = "fetched by an earlier step of the run";

/** Whether a value is one that a step before the operation has fetched from somewhere and put into the environment. */
export function isFetched({ text: [piece] }: Bound): boolean {
  return typeof piece === "object" && piece.note === note;
}

/** A step has put values into the environment under these names; what they are, only the run knows. */
export function withFetched(scope: Scope, names: readonly string[], { from }: Command): Scope {
  const exports = names.map(
    (name) => [name, { text: [{ expression: `env.${name}`, names: [], note }], from }] as const,
  );
  const token = scope.token || names.includes("PULUMI_ACCESS_TOKEN");
  return { ...withExports(scope, Object.fromEntries(exports)), token };
}

/**
 * The names under which an action leaves what it fetches in the environment of the job; `undefined` when its inputs do
 * not tell them all, or it leaves something else too.
 */
export function fetchedNames(command: Uses): readonly string[] | undefined {
  const names = readers[command.action.toLowerCase()]?.(command);
  return names?.every((name) => /^[A-Za-z_]\w*$/.test(name)) ? names : undefined;
}

/** Whether `fetchedNames` knows an action at all. */
export function fetches({ action }: Uses): boolean {
  return readers[action.toLowerCase()] !== undefined;
}

const readers: Readonly<Record<string, (command: Uses) => readonly string[] | undefined>> = tableOf({
  // `keys: A,B`, or `export-environment-variables` with true, false or `[NAME=]KEY,…`, where `*` is all the others.
  // https://github.com/pulumi/esc-action, `src/index.ts`
  "pulumi/esc-action": (command) => {
    if ([...command.environment.keys()].some((name) => name.startsWith("ESC_ACTION_"))) return undefined;
    const [keys, exported] = [textOf(command, "keys"), textOf(command, "export-environment-variables")];
    if (keys === undefined || exported === undefined) return undefined;
    if (/^false$/i.test(exported)) return [];
    const list = exported === "" || /^true$/i.test(exported) ? keys : exported;
    return list === "" ? undefined : list.split(",").map((one) => one.trim().replace(/=.*$/, ""));
  },
  // Lines `id > NAME`. https://github.com/bitwarden/sm-action#usage
  "bitwarden/sm-action": (command) =>
    isOff(command, "set_env") ? [] : named(textOf(command, "secrets")?.split("\n"), /^[\w-]+ *> *(\w+)$/),
  // `path key | NAME`, ended by `;`. https://github.com/hashicorp/vault-action#key-syntax
  "hashicorp/vault-action": (command) => {
    const isToken = !/^(false)?$/i.test(textOf(command, "exporttoken") ?? "?");
    if (isToken || textOf(command, "pki") !== "") return undefined;
    return isOff(command, "exportenv") ? [] : named(textOf(command, "secrets")?.split(";"), /^\S+ [\w.-]+ *\| *(\w+)$/);
  },
  // https://github.com/Infisical/secrets-action#inputs
  "infisical/secrets-action": () => undefined,
  // Lines `NAME, id`; without a name, or with a prefix, the names are those of the secrets.
  // https://github.com/aws-actions/aws-secretsmanager-get-secrets#usage
  "aws-actions/aws-secretsmanager-get-secrets": (command) =>
    /^(false)?$/i.test(textOf(command, "parse-json-secrets") ?? "?")
      ? named(textOf(command, "secret-ids")?.split("\n"), /^(\w+) *, *[^\s*]+$/)
      : undefined,
  // Variables of the step that begin with `op://`. Versions differ in the default of `export-env`.
  // https://developer.1password.com/docs/ci-cd/github-actions
  "1password/load-secrets-action": (command) => {
    if (isOff(command, "export-env")) return [];
    const isOn = /^true$/i.test(textOf(command, "export-env") ?? "");
    const texts = [...command.environment].map(([name, { text }]) => [name, written(text)] as const);
    if (!isOn || command.environment.has("OP_ENV_FILE")) return undefined;
    return texts.flatMap(([name, text]) => (text.startsWith("op://") ? [name] : []));
  },
});

/** An input as it is written, `""` without it; `undefined` when only the run can tell it. */
function textOf(command: Uses, name: string): string | undefined {
  return literal(input(command, name)?.text ?? [])?.trim();
}

function isOff(command: Uses, name: string): boolean {
  return /^false$/i.test(textOf(command, name) ?? "");
}

/** The name in each entry of a list; `undefined` when one has none. */
function named(entries: readonly string[] | undefined, pattern: RegExp): readonly string[] | undefined {
  const filled = entries?.map((one) => one.trim()).filter((one) => one !== "" && !one.startsWith("#"));
  const names = filled?.map((one) => pattern.exec(one)?.[1]);
  return names?.every((name) => name !== undefined) ? names : undefined;
}
