import { innermost, written, type Bound } from "@gha2pulumi/repo";
import { cloudOf } from "./cloud.ts";
import { clouds } from "./clouds/index.ts";
import type { Entry } from "./entry.ts";
import { isFetched } from "./fetched-names.ts";
import type { Identity, Reason } from "./intent.ts";
import { tokenIdentities, withoutEmpty } from "./tokens.ts";

/** The logins that an operation has: of the steps before it, by its variables, and by the file of its stack. */

export function identitiesOf(entry: Entry, environment: ReadonlyMap<string, Bound>): readonly Identity[] {
  const identities = [...entry.before.identities];
  // What a step has fetched is handed over as it is; nothing takes its place.
  const given = withoutEmpty(environment);
  const standing = new Map([...given].filter(([, bound]) => !isFetched(bound)));
  for (const cloud of clouds) {
    const own = cloud.inEnvironment(standing);
    if (own && !identities.some((known) => cloudOf(known) === cloudOf(own))) identities.push(own);
  }
  for (const token of tokenIdentities(
    new Map([...environment].filter(([name, bound]) => given.has(name) || isFromEnv(bound, entry))),
  ))
    if (!identities.some((known) => known.kind === token.kind)) identities.push(token);
  return identities;
}

/** Read from `env`, where something that is not seen may have put it: it is not sure to be empty. */
function isFromEnv({ from }: Bound, { before: { tree } }: Entry): boolean {
  const { path, start, end } = innermost(from);
  return /\benv\./.test(tree.get(path)?.slice(start, end) ?? "");
}

/** Why settings cannot log in as these do. */
export function identityObstacles(identities: readonly Identity[]): readonly Reason[] {
  return identities.flatMap((identity) =>
    clouds.flatMap((cloud) => {
      const message = cloud.obstacle(identity);
      return message === undefined ? [] : [{ code: "GP225", message, from: identity.from }];
    }),
  );
}

/** Logins that may fail, or may not run where the operation does: whether it has them, only the run can tell. */
export function openLogins(entry: Entry, earlier: readonly Entry[]): readonly Reason[] {
  const label = ({ kind, role, details }: Identity): string =>
    JSON.stringify([kind, role && written(role), [...details].map(([name, { text }]) => [name, written(text)])]);
  const condition = entry.step.step.if?.text.trim();
  return earlier.flatMap(({ step, command, before, after }) => {
    const mayFail = (step.step.continueOnError?.text ?? "false") !== "false";
    if (step.runs.value === true && command.certainty === true && !mayFail) return [];
    if (
      step.step === entry.step.step ||
      (!mayFail && condition !== undefined && step.step.if?.text.trim() === condition)
    )
      return [];
    return after.identities
      .filter((own) => entry.before.identities.includes(own) && !before.identities.includes(own))
      .flatMap((own) => {
        const others = before.identities.filter((other) => cloudOf(other) === cloudOf(own));
        if (others.some((other) => label(other) === label(own))) return [];
        const message =
          others.length > 0
            ? "which of its logins counts is decided while it runs"
            : "whether its login is made is decided while it runs";
        return [{ code: "GP225", message, from: own.from }];
      });
  });
}
