import { expect, test } from "vitest";
import { isLiteralPattern } from "@gha2pulumi/workflow";
import { migrate } from "./migrate.ts";

const patterns = [
  "env-[a-z]+",
  "env-[ab]",
  "env-a?",
  "env-a+",
  "env-?",
  "env-[0-9][0-9]",
  "env-*",
  "*-a",
  "**/a",
  "env-a",
  "env-[a]",
];

function planned(pattern: string, step: string) {
  const workflow = `on: { push: { branches: ["${pattern}"] } }
jobs:
  up:
    runs-on: ubuntu-latest
    env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}", RELEASE: "\${{ github.ref_name }}" }
    steps:
      - uses: actions/checkout@v4
      - run: ${step}
`;
  const tree = new Map([
    [".github/workflows/up.yml", workflow],
    ["Pulumi.yaml", "name: network\nruntime: yaml\n"],
  ]);
  return migrate({ tree, surroundings: new Map([["repository", "acme/network"]]) }, undefined);
}

/** Whether the files that are written hold a name that matches the pattern, which the workflow itself does not. */
async function writesName(pattern: string, step: string): Promise<boolean> {
  const { changes } = await planned(pattern, step);
  const texts = changes.flatMap((one) =>
    one.kind === "create" ? [one.text] : one.kind === "edit" ? one.splices.map(({ text }) => text) : [],
  );
  return texts.some((text) => /"(?:env-\w*|\w*-a|[\w/]*a)"|: (?:env-\w*|\w*-a|a)$/m.test(text));
}

test.each(patterns.map((pattern) => [pattern, isLiteralPattern(pattern) || pattern === "env-[a]"] as const))(
  "what depends on a branch of `%s` is written as a constant: %s",
  async (pattern, isOne) => {
    expect(await writesName(pattern, "pulumi up --yes --stack acme/prod"), "as a value").toBe(isOne);
    expect(await writesName(pattern, "RELEASE= pulumi up --yes --stack acme/$GITHUB_REF_NAME"), "as a stack").toBe(
      isOne,
    );
  },
);
