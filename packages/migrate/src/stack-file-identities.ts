import { literal, type Trail } from "@gha2pulumi/repo";
import { projectOf } from "./clouds/gcp.ts";
import type { Identity } from "./intent.ts";
import type { Project, StackFile } from "./projects.ts";

/**
 * Identities with what the stack's own file says of them: ESC environments that it imports, which a deployment opens by
 * itself; and the project of Google Cloud, which then is not that of a login.
 */
export function withStackFile(
  identities: readonly Identity[],
  project: Project | undefined,
  stack: string | undefined,
  organization: string | undefined,
): readonly Identity[] {
  const file = stack === undefined ? undefined : project?.stacks.get(stack);
  if (!file) return identities;
  return withImports(file.config.has("gcp:project") ? identities.map(withoutProject) : identities, file, organization);
}

function withoutProject(identity: Identity): Identity {
  return { ...identity, details: new Map([...identity.details].filter(([name]) => name !== projectOf)) };
}

function withImports(
  identities: readonly Identity[],
  file: StackFile,
  organization: string | undefined,
): readonly Identity[] {
  if (file.environments.length === 0) return identities;
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
