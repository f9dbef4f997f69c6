import { hasWord, literal, sameText, written, type Bound, type Path } from "@gha2pulumi/repo";
import { blocker, type Blocker } from "./blocker.ts";
import { isByKey } from "./cloud.ts";
import type { Entry } from "./entry.ts";
import type { Occurrence } from "./intent.ts";
import { jobQuestion } from "./job-question.ts";
import { readsVariable } from "./program-variables.ts";
import { withoutStandIns } from "./stand-ins.ts";
import type { World } from "./world.ts";

/** Inputs of logins that are a key, or a part of one, in whose place settings have a role. */
const keyInputs =
  /^(?:aws-(?:access-key-id|secret-access-key|session-token)|service_account_key|credentials_json|creds)$/;

/** Variables under names of their own that hold nothing but a key of the login in front of an operation. */
export interface LoginKeys {
  /** Nobody else reads them: they are a part of the login, and go with it. */
  readonly idle: ReadonlySet<string>;
  /** The program or its script names them, or what they read is not known. */
  readonly open: ReadonlyMap<string, Bound>;
}

/** `environment` is what the operation sees; the names from which a provider logs in by itself are not looked at. */
export function loginKeys(
  entry: Entry,
  earlier: readonly Entry[],
  environment: ReadonlyMap<string, Bound>,
  directory: Path | undefined,
  world: World,
): LoginKeys {
  const idle = new Set<string>();
  const open = new Map<string, Bound>();
  for (const identity of entry.before.identities.filter(isByKey)) {
    const login = earlier.find(
      ({ before, after }) => after.identities.includes(identity) && !before.identities.includes(identity),
    )?.command;
    if (login?.kind !== "uses") continue;
    const keys = [...login.inputs]
      .filter(([name, { text }]) => keyInputs.test(name) && literal(text) === undefined)
      .map(([, { text }]) => withoutStandIns(text));
    for (const [name, bound] of environment) {
      if (identity.carriers.includes(name) || !keys.some((key) => sameText(key, bound.text))) continue;
      const isNamed = namedBefore(name, entry, earlier) || readsVariable(name, directory, world) !== false;
      if (isNamed) open.set(name, bound);
      else idle.add(name);
    }
  }
  return { idle, open };
}

/** Whether the operation's own script names a variable, or a command in front of it that the deployment runs may read it. */
function namedBefore(name: string, { step: { step } }: Entry, earlier: readonly Entry[]): boolean {
  return (
    hasWord(step.run?.text ?? "", name) ||
    earlier.some(({ duty, installs, command }) => {
      if (duty !== "prepares" || command.kind !== "run" || !command.environment.has(name)) return false;
      return !installs || command.words.some((word) => hasWord(written(word), name));
    })
  );
}

/** A key of its login under a name of its own: a role takes the place of the key, unless the program needs it too. */
export function keysRead({ loginKeys, site }: Occurrence): readonly Blocker[] {
  const [first] = loginKeys;
  if (first === undefined) return [];
  const names = [...loginKeys.keys()];
  const message = `\`${names.join("`, `")}\` ${names.length === 1 ? "is the key" : "are the key"} of its login, in whose place settings have a role; its program or script may read ${names.length === 1 ? "it" : "them"} too`;
  const key = jobQuestion("login-key", site.jobPlay);
  const [, { from }] = first;
  return [blocker("GP438", message, from, { kind: "login-key", key, choices: ["drop", "carry"], names, from })];
}
