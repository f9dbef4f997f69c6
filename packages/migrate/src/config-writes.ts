import { grouped, literal, written, type Text } from "@gha2pulumi/repo";
import { folderPath } from "./folder.ts";
import type { ConfigPlace, ConfigSet, Operates, Reason } from "./intent.ts";
import type { Entry } from "./entry.ts";
import { fullKey, type Project } from "./projects.ts";
import { stackParts } from "./stack-name.ts";
import { withoutStandIns } from "./stand-ins.ts";

/** Whether configuration is written for the stack of an operation, in its folder; `undefined` when it cannot be told. */
export function isConfigOf(write: ConfigPlace, { stack, directory }: Operates): boolean | undefined {
  const folder = isSameFolder(withoutStandIns(write.directory), withoutStandIns(directory));
  const name = isSameStack(write.stack?.text, stack?.text);
  if (folder === false || name === false) return false;
  return folder && name;
}

/** Whether a reason is about configuration that is written for another stack than that of an operation. */
export function isOfOther({ writes }: Reason, operates: Operates): boolean {
  return writes !== undefined && isConfigOf(writes, operates) === false;
}

/**
 * What stands before an operation, without what is said of configuration for other stacks. Where all of it is for others,
 * one is left, in other words: their operations may need it, and the job goes on writing it.
 */
export function withoutForeign(earlier: readonly Entry[], operates: Operates): readonly Entry[] {
  const reasons = earlier.flatMap((entry) => entry.reasons);
  const first = reasons.find((reason) => isOfOther(reason, operates));
  if (first === undefined) return earlier;
  const isOwn = reasons.some((reason) => reason.writes !== undefined && !isOfOther(reason, operates));
  const stack = first.writes?.stack === undefined ? "" : ` (\`${written(first.writes.stack.text)}\`)`;
  const { code, from } = first;
  const message = `\`pulumi config\` writes configuration of another stack${stack} before it`;
  return earlier.map((entry) => ({
    ...entry,
    reasons: entry.reasons.flatMap((reason) =>
      !isOfOther(reason, operates) ? [reason] : reason === first && !isOwn ? [{ code, message, from }] : [],
    ),
  }));
}

function isSameFolder(a: Text, b: Text): boolean | undefined {
  const [one, other] = [folderPath(a), folderPath(b)];
  if (one === undefined || other === undefined) return written(a) === written(b) ? true : undefined;
  return one === other;
}

function isSameStack(a: Text | undefined, b: Text | undefined): boolean | undefined {
  const [one, other] = [a && stackParts(withoutStandIns(a)), b && stackParts(withoutStandIns(b))];
  if (!one || !other) return a === undefined && b === undefined ? true : undefined;
  const parts = [
    isSame(one.stack, other.stack),
    // What is left out is what is meant anyway.
    ...[
      [one.organization, other.organization],
      [one.project, other.project],
    ].map(([x, y]) => x === undefined || y === undefined || isSame(x, y)),
  ];
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function isSame(a: Text, b: Text): boolean | undefined {
  if (written(a) === written(b)) return true;
  return literal(a) === undefined || literal(b) === undefined ? undefined : false;
}

/** The first keys of many: nobody reads fifty. */
export function someOf(keys: readonly string[]): string {
  return [...keys.slice(0, 4).map((key) => `\`${key}\``), ...(keys.length > 4 ? ["…"] : [])].join(", ");
}

/** Configuration before an operation of which nobody can tell whether it is for its stack. */
export function unplacedConfig(earlier: readonly Entry[], operates: Operates): readonly Reason[] {
  const refreshed = earlier.flatMap(({ refreshes, command }): readonly Reason[] =>
    refreshes === undefined || isConfigOf(refreshes, operates) === true
      ? []
      : [
          {
            code: "GP223",
            message: "whether `pulumi config refresh` is for its stack cannot be told",
            from: command.from,
          },
        ],
  );
  const open = earlier.filter(({ config }) => config !== undefined && isConfigOf(config, operates) === undefined);
  const keys = [...new Set(open.flatMap(({ config }) => config?.key ?? []))];
  const [only] = keys;
  const message =
    keys.length === 1
      ? `whether \`pulumi config set ${only}\` is for its stack cannot be told`
      : `whether ${keys.length} values that \`pulumi config set\` writes (${someOf(keys)}) are for its stack cannot be told`;
  const set = open.slice(0, 1).map(({ command }): Reason => ({ code: "GP223", message, from: command.from }));
  return [...refreshed, ...set];
}

/** Texts that every reader of YAML and of the command line takes for the same value, quoted or not. */
const plainValue = /^(?:true|false|0|[1-9]\d{0,14}|(?!(?:true|false|null|yes|no|on|off|y|n)$)[a-z][\w./:@-]*[\w/])$/i;
const otherCase = /^(?!true$|false$)(?:true|false)$/i;

/**
 * The values of a `config-map` that say something else than the file of the stack: setting one that stands there
 * already changes nothing. One key that is set twice counts as a whole.
 */
export function newConfig(
  config: readonly ConfigSet[],
  earlier: readonly Entry[],
  project: Project | undefined,
  stack: string | undefined,
): readonly ConfigSet[] {
  // What the job has set before it, it may set back to what the file says.
  if (earlier.some((one) => one.config !== undefined || one.refreshes !== undefined)) return config;
  const told = stack === undefined ? undefined : project?.stacks.get(stack)?.config;
  if (told === undefined) return config;
  const isTold = ({ key, value, secret, path, unless }: ConfigSet): boolean => {
    const text = literal(value.text);
    const isPlain = text !== undefined && plainValue.test(text) && !otherCase.test(text);
    return isPlain && !secret && !path && unless === undefined && told.get(fullKey(key, project?.name)) === text;
  };
  const byKey = [...grouped(config, ({ key }) => fullKey(key, project?.name)).values()];
  const repeated = new Set(byKey.filter((same) => same.every(isTold)).flat());
  return config.filter((one) => !repeated.has(one));
}
