import {
  awsQuota,
  changeAws,
  compare,
  deploymentParty,
  githubAudience,
  githubParty,
  readAwsText,
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
    const work = (): void => {
      const change = changeAws({
        before,
        account,
        partition: "aws",
        runs,
        github: branches,
        stays,
        subjects: "compact",
        quota: awsQuota.usual,
        home: undefined,
      });
      compare(change, [...branches, ...runs.map(deploymentParty)], stays, { account });
    };
    const [time] = await interleaved(9, [work]);
    return [
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
