import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeSubject, printSubject, readSubject, type Subject } from "./subject.ts";

const repository = { owner: "acme", name: "infra", ids: undefined };
const withIds = { ...repository, ids: { owner: "1001", repository: "2002" } };

const table: readonly (readonly [string, Subject, string])[] = [
  [
    "repo:acme/infra:ref:refs/heads/main",
    { kind: "github", repository, ran: { kind: "branch", name: "main" } },
    "acme/infra  branch main",
  ],
  [
    "repo:acme/infra:ref:refs/heads/release/1.x",
    { kind: "github", repository, ran: { kind: "branch", name: "release/1.x" } },
    "acme/infra  branch release/1.x",
  ],
  [
    "repo:acme/infra:ref:refs/tags/v1",
    { kind: "github", repository, ran: { kind: "tag", name: "v1" } },
    "acme/infra  tag v1",
  ],
  [
    "repo:acme/infra:ref:refs/pull/7/merge",
    { kind: "github", repository, ran: { kind: "ref", ref: "refs/pull/7/merge" } },
    "acme/infra  refs/pull/7/merge",
  ],
  [
    "repo:acme/infra:pull_request",
    { kind: "github", repository, ran: { kind: "pull-request" } },
    "acme/infra  pull requests",
  ],
  [
    "repo:acme/infra:environment:Prod%3AV1",
    { kind: "github", repository, ran: { kind: "environment", name: "Prod:V1" } },
    "acme/infra  environment Prod:V1",
  ],
  ["repo:acme/infra:*", { kind: "github", repository, ran: { kind: "any" } }, "acme/infra  anything that runs"],
  [
    "repo:acme@1001/infra@2002:environment:prod",
    { kind: "github", repository: withIds, ran: { kind: "environment", name: "prod" } },
    "acme@1001/infra@2002  environment prod",
  ],
  [
    "repository_owner:acme",
    { kind: "github-template", claims: [["repository_owner", "acme"]] },
    "repository_owner acme",
  ],
  [
    "job_workflow_ref:acme/ci/.github/workflows/d.yml@refs/heads/main",
    { kind: "github-template", claims: [["job_workflow_ref", "acme/ci/.github/workflows/d.yml@refs/heads/main"]] },
    "job_workflow_ref acme/ci/.github/workflows/d.yml@refs/heads/main",
  ],
  [
    "repo:acme/infra:environment:prod:job_workflow_ref:acme/ci/d.yml@refs/heads/main",
    {
      kind: "github-template",
      claims: [
        ["repo", "acme/infra"],
        ["environment", "prod"],
        ["job_workflow_ref", "acme/ci/d.yml@refs/heads/main"],
      ],
    },
    "repo acme/infra, environment prod, job_workflow_ref acme/ci/d.yml@refs/heads/main",
  ],
  [
    "pulumi:deploy:org:acme:project:infra:stack:prod:operation:update:scope:write",
    { kind: "deployment", organization: "acme", project: "infra", stack: "prod", operation: "update" },
    "acme/infra/prod  update",
  ],
  [
    "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write",
    { kind: "deployment", organization: "acme", project: "infra", stack: "prod", operation: "*" },
    "acme/infra/prod  any operation",
  ],
  [
    "pulumi:environments:org:acme:env:infra/prod",
    { kind: "environment", organization: "acme", environment: "infra/prod" },
    "acme  environment infra/prod",
  ],
  [
    "pulumi:environments:org:acme:env:<yaml>",
    { kind: "environment", organization: "acme", environment: "<yaml>" },
    "acme  environment <yaml>",
  ],
  [
    "pulumi:environments:pulumi.organization.login:acme:currentEnvironment.name:infra/prod",
    {
      kind: "esc-attributes",
      attributes: [
        ["pulumi.organization.login", "acme"],
        ["currentEnvironment.name", "infra/prod"],
      ],
    },
    "pulumi.organization.login acme, currentEnvironment.name infra/prod",
  ],
];

describe("a subject", () => {
  test.each(table)("%s is read, printed and described", (text, subject, words) => {
    expect(readSubject(text)).toEqual(subject);
    expect(printSubject(subject)).toBe(text);
    expect(describeSubject(text)).toBe(words);
  });

  test.each([
    "acme/infra:ref:refs/heads/main",
    "repo:acme/infra:",
    "repo:acme/infra:push",
    "repo:acme@1001/infra:pull_request",
    "pulumi:deploy:org:acme:project:infra:stack:prod",
    "pulumi:deploy:org:acme:project:infra:stack:prod:operation:update:scope:read",
    "pulumi:environments:team:acme",
    "",
  ])("%j follows neither grammar", (text) => {
    expect(readSubject(text)).toBeUndefined();
    expect(describeSubject(text)).toBe(text);
  });

  test("of any names is read as it was printed", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
    const value = fc.stringMatching(/^[A-Za-z0-9_./: -]{1,12}$/);
    const ids = fc.option(fc.record({ owner: fc.stringMatching(/^\d+$/), repository: fc.stringMatching(/^\d+$/) }), {
      nil: undefined,
    });
    const ran = fc.oneof(
      fc.record({ kind: fc.constantFrom("branch" as const, "tag" as const), name }),
      fc.record({ kind: fc.constant("environment" as const), name: value }),
      fc.constant({ kind: "pull-request" as const }),
    );
    const subject: fc.Arbitrary<Subject> = fc.oneof(
      fc.record({
        kind: fc.constant("github" as const),
        repository: fc.record({ owner: name, name, ids }),
        ran,
      }),
      fc.record({
        kind: fc.constant("deployment" as const),
        organization: name,
        project: name,
        stack: name,
        operation: name,
      }),
    );
    fc.assert(
      fc.property(subject, (one) => {
        expect(readSubject(printSubject(one))).toEqual(one);
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});
