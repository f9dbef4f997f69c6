import { parse } from "@babel/parser";
import { literal, splice } from "@gha2pulumi/repo";
import type { API, FileInfo, Options } from "jscodeshift";
import { writeRole } from "../definitions.ts";
import type { RoleDefinition } from "../notation.ts";
import { babelOptions } from "../notations/babel-program.ts";
import { readerWith } from "../notations/pulumi-typescript.ts";
import type { Runs } from "../party.ts";
import { changeAws } from "../policy/aws-change.ts";
import { awsQuota } from "../policy/aws-refusals.ts";

/**
 * A transform for the jscodeshift runner: gives the roles that a Pulumi program makes for GitHub a statement for
 * Pulumi Deployments. It finds with jscodeshift's collections and edits by splices: recast prints line endings and
 * comments anew. Constants of other files are not followed, for the runner shows one file at a time.
 *
 * Options: `--org acme --project infra --stacks dev,prod`, and where needed `--role NAME` and `--account NUMBER`.
 */
export function transform(file: FileInfo, api: API, options: Options): string | undefined {
  const wanted = wantedOf(options);
  const tree = new Map([[file.path, file.source]]);
  const starts = roleStarts(file, api);
  if (starts.size === 0) return undefined;
  const reader = readerWith(parse);
  const roles = reader
    .read(tree, file.path)
    .filter(({ place, name }) => starts.has(place.start) && isNamed(name, wanted.role));
  let source = file.source;
  // From the last to the first, so that the places of those before stay.
  for (const role of roles.toReversed()) source = withStatement(role, wanted, source, file.path, api);
  return source === file.source ? undefined : source;
}

interface Wanted {
  readonly runs: readonly Runs[];
  readonly role: string | undefined;
  readonly account: string | undefined;
}

function wantedOf(options: Options): Wanted {
  const text = (name: string): string | undefined => {
    const value: unknown = (options as Readonly<Record<string, unknown>>)[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
  const [organization, project, stacks] = [text("org"), text("project"), text("stacks")];
  if (organization === undefined || project === undefined || stacks === undefined) {
    throw new Error("give the stacks that are to get in: --org acme --project infra --stacks dev,prod");
  }
  const runs = stacks
    .split(",")
    .map((stack): Runs => ({ organization, project, stack: stack.trim(), operations: "any" }));
  return { runs, role: text("role"), account: text("account") };
}

/** Where the file makes something with a trust policy. */
function roleStarts({ path, source }: FileInfo, { jscodeshift }: API): ReadonlySet<number> {
  const starts = new Set<number>();
  if (!source.includes("assumeRolePolicy")) return starts;
  // Our own parse: recast's counts tabs as several columns, and its offsets are of that text.
  const made = jscodeshift(parse(source, babelOptions(path)) as unknown as Parameters<typeof jscodeshift>[0]);
  made
    .find(jscodeshift.ObjectProperty)
    .filter(({ node: { key } }) => jscodeshift.Identifier.check(key) && key.name.startsWith("assumeRolePolicy"))
    .closest(jscodeshift.NewExpression)
    .forEach(({ node }) => {
      const { start } = node as { readonly start?: unknown };
      if (typeof start === "number") starts.add(start);
    });
  return starts;
}

function isNamed(name: RoleDefinition["name"], role: string | undefined): boolean {
  if (role === undefined) return true;
  if (name.kind === "named") return literal(name.name) === role;
  return name.kind === "generated" && (name.name === role || name.pattern.test(role));
}

function withStatement(
  role: RoleDefinition,
  { runs, account }: Wanted,
  source: string,
  path: string,
  api: API,
): string {
  const { transition } = changeAws({
    before: role.policy,
    account,
    partition: "aws",
    home: role.home,
    runs,
    github: [],
    stays: { kind: "unknown", because: [] },
    subjects: "compact",
    quota: awsQuota.usual,
  });
  const edited =
    transition.kind === "rule"
      ? writeRole(role, transition.rule, new Map([[path, source]]), readerWith(parse))
      : { kind: "refused" as const, reason: transition.because.join("; ") };
  if (edited.kind === "edited") return splice(source, edited.splices);
  api.report(`${path}: the role at ${role.place.start} is left alone: ${edited.reason}`);
  return source;
}
