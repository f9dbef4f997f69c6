import {
  awsQuota,
  changeAws,
  compare,
  deploymentParty,
  githubAudience,
  githubParty,
  readAwsText,
  type AwsChange,
  type Runs,
} from "@gha2pulumi/trust";
import { interleaved, median } from "./measure.ts";
import { measured, type Measurement } from "./row.ts";

const account = "111122223333";
const host = "token.actions.githubusercontent.com";
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: ["network", "database"].map((repository) => ({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" },
      StringLike: { [`${host}:sub`]: [`repo:acme/${repository}:*`, `repo:acme/*-${repository}:ref:refs/heads/main`] },
    },
  })),
});

/** Who gets into one role before, in the transition and in the end: ten stacks and three branches move in. */
export const trust: Measurement = {
  name: "trust",
  slow: false,
  measure: async () => {
    const before = readAwsText(policy);
    if (before.kind === "unread") throw new Error(before.because);
    const branches = ["main", "release", "next"].map((name) =>
      githubParty({ owner: "acme", name: "network", ids: undefined }, { kind: "branch", name }, githubAudience("aws")),
    );
    const runs = Array.from({ length: 10 }, (_, at): Runs => ({
      organization: "acme",
      project: "network",
      stack: `stack-${at}`,
      operations: "any",
    }));
    const stays = { kind: "nobody" } as const;
    const changed = (stacks: readonly Runs[]): AwsChange =>
      changeAws({
        before,
        account,
        partition: "aws",
        runs: stacks,
        github: branches,
        stays,
        subjects: "compact",
        quota: awsQuota.usual,
        home: undefined,
      });
    const work = (): void => {
      const change = changed(runs);
      compare(change, [...branches, ...runs.map(deploymentParty)], stays, { account });
    };
    // Another role each time: what was found out about patterns is kept, and would make the second one free.
    let turn = 0;
    const inclusion = (): void => {
      turn += 1;
      const own = runs.map((run) => ({ ...run, project: `network-${turn}` }));
      changed(own);
    };
    const [time, cold] = await interleaved(9, [work, inclusion]);
    return [
      measured(
        "trust: inclusion of one role, cold",
        median(cold),
        "ms",
        50,
        "10 stacks, 3 branches; the change, and nobody beyond them",
      ),
      measured(
        "trust: change and comparison of one role",
        median(time),
        "ms",
        50,
        "10 stacks, 3 branches, 2 statements",
      ),
    ];
  },
};
