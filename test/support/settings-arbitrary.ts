import fc from "fast-check";
import type { Trail, Tree } from "@gha2pulumi/repo";
import { settingPieces, stackKey, type Oidc, type Setting, type StackSettings } from "@gha2pulumi/deployments";

export const WORKFLOW = ".github/workflows/deploy.yml";
const HOSTILE_WORKFLOW = ".github/workflows/a\n*/ b\u2028`${c}`.yml";
/** The workflows that generated settings come from. */
export const tree: Tree = new Map([
  [WORKFLOW, "on:\n  push:\n    branches: [main]\n".repeat(20)],
  [HOSTILE_WORKFLOW, "on: push\n"],
]);

const signs = "\" ' \\ \n \r\n */ // ${x} $ { ` `${ \u2028 \u2029 \u202e \ud800 \0 é 😀 - . ..003a :".split(" ");
const names = "__proto__ constructor class live config pulumi undefined".split(" ");
const hostile = fc.constantFrom("", " ", ...signs, ...names);
const word = fc.constantFrom("shop", "prod", "main", "infra", "eu-central-1", "acme", "A_B", "a-b", "b", "a");
export const text = fc.oneof(
  word,
  fc.array(fc.oneof(hostile, word), { maxLength: 4 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const name = text.filter((one) => one !== "");
const from: fc.Arbitrary<Trail> = fc.oneof(
  fc.nat(400).map((start): Trail => [{ path: WORKFLOW, start, end: start + 3 }]),
  fc.nat(9).map((start): Trail => [{ path: HOSTILE_WORKFLOW, start, end: start }]),
);
const piece = fc.oneof(text, fc.record({ config: text, secret: fc.boolean() }));
const value: fc.Arbitrary<Setting> = fc.record({
  value: fc.array(piece, { maxLength: 4 }).map(settingPieces),
  from,
  note: fc.oneof(fc.constant(""), text),
});
const optional = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });
const roles: fc.Arbitrary<readonly Oidc[]> = fc
  .tuple(
    optional(
      fc.record({ kind: fc.constant("aws" as const), roleARN: value, sessionName: value, duration: optional(value) }),
    ),
    optional(
      fc.record({
        kind: fc.constant("gcp" as const),
        projectId: value,
        workloadPoolId: value,
        providerId: value,
        serviceAccount: value,
      }),
    ),
    optional(
      fc.record({ kind: fc.constant("azure" as const), clientId: value, tenantId: value, subscriptionId: value }),
    ),
  )
  .map((kinds) => kinds.filter((one) => one !== undefined));
const schedule = fc.oneof(
  fc.record({
    kind: fc.constant("operation" as const),
    cron: value,
    operation: fc.constantFrom("update" as const, "preview" as const, "refresh" as const, "destroy" as const),
    from,
  }),
  fc.record({ kind: fc.constant("drift" as const), cron: value, autoRemediate: fc.boolean(), from }),
);
const directory = fc.oneof(
  fc.constant("."),
  name.map((one) => `infra/${one}`).filter((one) => !one.endsWith("/")),
);
export const stackSettings: fc.Arbitrary<StackSettings> = fc.record({
  organization: optional(value),
  project: name,
  stack: name,
  branch: value,
  directory,
  repository: value,
  repositoryBlock: fc.constantFrom("github" as const, "vcs" as const),
  deployCommits: fc.boolean(),
  previewPullRequests: fc.boolean(),
  pullRequestTemplate: fc.boolean(),
  paths: fc.array(value, { maxLength: 3 }),
  preRunCommands: fc.array(value, { maxLength: 3 }),
  environment: fc.array(fc.tuple(text, value), { maxLength: 4 }).map((entries) => new Map(entries)),
  skipInstallDependencies: fc.boolean(),
  skipIntermediateDeployments: fc.boolean(),
  deleteAfterDestroy: fc.boolean(),
  oidc: roles,
  executorImage: optional(value),
  agentPool: optional(value),
  cache: fc.boolean(),
  schedules: fc.array(schedule, { maxLength: 3 }),
  reasons: fc.array(fc.tuple(fc.constantFrom("deployCommits", "paths", "cache"), from)).map((all) => new Map(all)),
  from,
});
/** Settings of one to four stacks, with every kind of value and of hostile text. */
export const many = fc.uniqueArray(stackSettings, { minLength: 1, maxLength: 4, selector: stackKey });

/** Without stacks of one name of which it cannot be told whether they are the same: those are refused. */
export function comparable(settings: readonly StackSettings[]): readonly StackSettings[] {
  const names = settings.map((one) => JSON.stringify([one.project, one.stack]));
  return settings.filter((_, i) => names.indexOf(names[i] ?? "") === i);
}

/** Settings without their places and remarks. */
export function bare(settings: readonly StackSettings[]): unknown {
  const stripped = (one: unknown): unknown => {
    if (one instanceof Map) return [...one].map(([key, inner]) => [key, stripped(inner)]);
    if (Array.isArray(one)) return one.map(stripped);
    if (typeof one !== "object" || one === null) return one;
    const kept = Object.entries(one).filter(([key]) => !["from", "note", "reasons"].includes(key));
    return Object.fromEntries(kept.map(([key, inner]) => [key, stripped(inner)]));
  };
  return settings.map((one) => [stackKey(one), stripped(one)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
}
