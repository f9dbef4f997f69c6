import type { AuditedOperation, AuditedRepository } from "@gha2pulumi/migrate";
import { failedRepository } from "@gha2pulumi/migrate";

/** A repository of each kind a report has to show, by what its workflows do. */
type Kind = (name: string, number: number) => AuditedRepository;

const push = { event: "push", branches: ["main"] };
const pullRequest = { event: "pull_request", branches: ["main"], paths: ["infra/**", "!**/*.md"] };
const nightly = { event: "schedule", cron: "0 3 * * *" };
const login = { kind: "aws-oidc", role: "arn:aws:iam::111122223333:role/deploy" };
const none = { same: 0, missing: 0, extra: 0, changed: 0, undecided: 0 };

function operation(stack: string, part: Partial<AuditedOperation>): AuditedOperation {
  const one: AuditedOperation = {
    workflow: ".github/workflows/deploy.yml",
    job: "deploy",
    location: ".github/workflows/deploy.yml:24:9",
    operation: "update",
    stack,
    stacks: [stack],
    disposition: "move",
    codes: [],
    events: [],
    identities: [],
    gates: [],
    reasons: [],
    on: [push],
    waitsFor: [],
    as: [login],
    ...part,
  };
  const unique = (all: readonly string[]): readonly string[] => [...new Set(all)].sort();
  return {
    ...one,
    codes: unique(one.reasons.map(({ code }) => code)),
    events: unique(one.on.map(({ event }) => event)),
    identities: unique(one.as.map(({ kind }) => kind)),
    gates: unique(one.waitsFor.map(({ kind }) => kind)),
  };
}

function repository(name: string, operations: readonly AuditedOperation[]): AuditedRepository {
  const moves = operations.filter(({ disposition }) => disposition === "move");
  const run = operations.filter(({ disposition }) => disposition === "move" || disposition === "call");
  const stacks = [...new Set(moves.flatMap((one) => one.stacks))];
  return {
    ...failedRepository(name, ""),
    failure: null,
    operations,
    verdicts: { ...none, same: 4 * operations.length },
    changes:
      moves.length === 0
        ? []
        : [
            { path: ".github/workflows/deploy.yml", kind: "delete" },
            { path: "deployment-settings/index.ts", kind: "create" },
          ],
    tasks: stacks.flatMap((stack) => [
      `Check that these stacks exist in Pulumi Cloud: ${stack}.`,
      "In deployment-settings/, answer `pulumi config set repository`.",
    ]),
    settings: stacks.map((stack) => ({
      stack,
      starts: moves
        .filter((one) => one.stacks.includes(stack))
        .flatMap((one) =>
          one.on.map((on) => ({ when: `${on.event} ${on.cron ?? "main"}`, operation: one.operation as string })),
        ),
    })),
    forecast: {
      scheduledRuns: run.flatMap(({ on }) => on).includes(nightly) ? 30.4 : 0,
      unknownSchedules: [],
      events: [...new Set(run.flatMap(({ on }) => on.map(({ event }) => event)))]
        .filter((event) => event !== "schedule")
        .map((event) => ({ event, deployments: 1 })),
    },
  };
}

const gate = { kind: "environment", name: "production", location: ".github/workflows/deploy.yml:12:5" };
const tests = { kind: "job", name: "unit-tests", location: ".github/workflows/deploy.yml:9:3" };
const reason = (code: string, message: string) => ({ code, message, location: ".github/workflows/deploy.yml:24:9" });

const kinds: readonly Kind[] = [
  (name) => repository(name, [operation(`${name}/prod`, {})]),
  (name) =>
    repository(name, [
      operation(`${name}/prod`, { operation: "preview", on: [pullRequest], job: "preview" }),
      operation(`${name}/prod`, {}),
    ]),
  (name) =>
    repository(name, [
      operation(`${name}/production`, {
        disposition: "call",
        waitsFor: [tests, gate],
        on: [push, nightly, { event: "workflow_dispatch" }],
        reasons: [reason("GP207", "it waits for the job `unit-tests`, and for the environment `production`")],
      }),
    ]),
  (name) => ({
    ...repository(name, [
      operation("${{ github.ref_name }}", {
        disposition: "ask",
        reasons: [reason("GP204", "the stack is `${{ github.ref_name }}`, which only a run can tell")],
        as: [],
      }),
    ]),
    questions: 1,
    asked: [
      {
        key: "stack.deploy",
        text: "Which stack does the job `deploy` mean?",
        choices: [`${name}/dev`, `${name}/prod`],
        default: null,
        locations: [".github/workflows/deploy.yml:24:9"],
        effect: "the update moves",
      },
    ],
  }),
  (name) =>
    repository(name, [
      operation(`${name}/prod`, {
        disposition: "keep",
        waitsFor: [tests],
        reasons: [
          reason("GP212", "a later step reads its output `url`: `curl --fail ${{ steps.up.outputs.url }}`"),
          reason("GP226", "the job runs on `self-hosted`, which Pulumi Deployments cannot be told"),
          ...["lint", "build", "push", "notify"].map((step) =>
            reason("GP229", `the step \`${step}\` is done before it`),
          ),
        ],
      }),
    ]),
  (name) => repository(name, [operation(`${name}/prod`, { operation: "refresh", on: [nightly] })]),
  (name) =>
    repository(
      name,
      ["dev", "staging", "a-production-stack-with-a-long-name"].flatMap((stack) => [
        operation(`${name}/${stack}`, {
          operation: "preview",
          on: [pullRequest],
          location: `.github/workflows/${stack}.yml:20:9`,
        }),
        operation(`${name}/${stack}`, {
          disposition: stack === "dev" ? "move" : "call",
          waitsFor: stack === "dev" ? [] : [gate],
          reasons: stack === "dev" ? [] : [reason("GP207", "it waits for the environment `production`")],
        }),
      ]),
    ),
  (name) => repository(name, []),
  (name, number) =>
    failedRepository(
      name,
      number % 3 === 0 ? `gha2pulumi.yaml:1:${number}: a mapping was expected` : "the folder could not be read: EACCES",
    ),
];

// Which kinds are common: as in the wild, few shapes are most of it.
const common = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 4, 5, 6, 7, 7, 7, 1, 0, 2];

/** So many repositories, the same each time. */
export function auditedRepositories(number: number): readonly AuditedRepository[] {
  return Array.from({ length: number }, (_, i) => {
    const kind = kinds[i % 83 === 82 ? 8 : (common[(i * 7) % common.length] ?? 0)];
    const team = ["network", "payments", "identity", "search"][i % 4] ?? "";
    return kind?.(`acme/${team}-${String(i).padStart(4, "0")}`, i) ?? failedRepository("", "");
  });
}

/** The same in a campaign. */
export function inCampaign(all: readonly AuditedRepository[]): readonly AuditedRepository[] {
  const outcomes = ["merged", "proposed", "asked", "closed"];
  return all.map((one, i) => {
    const outcome =
      one.failure === null ? (one.operations.length === 0 ? "nothing to do" : (outcomes[i % 4] ?? "")) : "failed";
    const isOpen = ["merged", "proposed", "closed"].includes(outcome);
    return {
      ...one,
      campaign: {
        outcome,
        reason: outcome === "failed" ? one.failure : null,
        risk: one.operations.length === 0 ? null : one.operations.length > 2 ? "high" : "low",
        wave: (i % 4) + 1,
        pullRequest: isOpen ? { number: i + 1, url: `https://github.com/${one.name}/pull/${i + 1}` } : null,
      },
    };
  });
}
