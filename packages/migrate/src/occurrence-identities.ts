import { literal, written, type Bound, type Trail } from "@gha2pulumi/repo";
import { clouds } from "./clouds/index.ts";
import type { Entry } from "./entry.ts";
import { isFetched } from "./fetched-names.ts";
import type { Identity, Reason } from "./intent.ts";
import type { Project } from "./projects.ts";
import { tokenIdentities } from "./tokens.ts";

/** The logins that an operation has: of the steps before it, by its variables, and by the file of its stack. */

export function identitiesOf(entry: Entry, environment: ReadonlyMap<string, Bound>): readonly Identity[] {
  const identities = [...entry.before.identities];
  // What a step has fetched is handed over as it is; nothing takes its place.
  const standing = new Map([...environment].filter(([, bound]) => !isFetched(bound)));
  for (const cloud of clouds) {
    const own = cloud.inEnvironment(standing);
    if (own && !identities.some((known) => known.kind.split("-")[0] === own.kind.split("-")[0])) identities.push(own);
  }
  for (const token of tokenIdentities(environment))
    if (!identities.some((known) => known.kind === token.kind)) identities.push(token);
  return identities;
}

/** ESC environments that the stack's own file imports: a deployment opens them by itself. */
export function withImports(
  identities: readonly Identity[],
  project: Project | undefined,
  stack: string | undefined,
  organization: string | undefined,
): readonly Identity[] {
  const file = stack === undefined ? undefined : project?.stacks.get(stack);
  if (!file || file.environments.length === 0) return identities;
  const opened = identities.some(({ kind }) => kind === "esc");
  if (opened)
    return identities.map((identity) =>
      isImported(identity, file.environments, organization) ? asImported(identity) : identity,
    );
  const from: Trail = [{ path: file.path, start: 0, end: 0 }];
  const imported = file.environments.map((name): Identity => ({
    kind: "esc",
    role: [name],
    details: new Map([["imported", { text: [name], from }]]),
    carriers: [],
    from,
  }));
  return [...identities, ...imported];
}

/** A step opens what the stack's file imports anyway: `acme/network/deploy` is `network/deploy` to a stack of `acme`. */
function isImported({ kind, role }: Identity, imported: readonly string[], organization: string | undefined): boolean {
  const name = literal(role ?? []) ?? "";
  const short = (full: string): string =>
    full.startsWith(`${organization}/`) ? full.slice(full.indexOf("/") + 1) : full;
  return kind === "esc" && name.includes("/") && imported.some((one) => short(one) === short(name));
}

function asImported(identity: Identity): Identity {
  const bound = { text: identity.role ?? [], from: identity.from };
  return { ...identity, details: new Map([...identity.details, ["imported", bound]]) };
}

export function identityObstacles(entry: Entry, environment: ReadonlyMap<string, Bound>): readonly Reason[] {
  return identitiesOf(entry, environment).flatMap((identity) =>
    clouds.flatMap((cloud) => {
      const message = cloud.obstacle(identity);
      return message === undefined ? [] : [{ code: "GP225", message, from: identity.from }];
    }),
  );
}

/** Logins that may fail, or may not run where the operation does: whether it has them, only the run can tell. */
export function openLogins(entry: Entry, earlier: readonly Entry[]): readonly Reason[] {
  const cloudOf = ({ kind }: Identity): string => kind.split("-")[0] ?? "";
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
