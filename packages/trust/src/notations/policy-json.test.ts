import fc from "fast-check";
import { expect, test } from "vitest";
import { rewrite, transitionOf } from "../../../../test/support/notation.ts";
import { readDefinitions } from "../definitions.ts";

const path = "aws/trust.json";
const arn = "arn:aws:iam::111122223333:oidc-provider";
const github = {
  Effect: "Allow",
  Principal: { Federated: `${arn}/token.actions.githubusercontent.com` },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:environment:prod" } },
};

async function written(text: string): Promise<string> {
  const { edited, tree, again, after } = await rewrite(new Map([[path, text]]), undefined);
  if (edited.kind === "refused") return `refused: ${edited.reason}`;
  expect(again?.policy).toEqual(after);
  return tree.get(path) ?? "";
}

const pulumi = {
  Sid: "PulumiDeployments",
  Effect: "Allow",
  Principal: { Federated: `${arn}/api.pulumi.com/oidc` },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: {
    StringEquals: { "api.pulumi.com/oidc:aud": "acme" },
    StringLike: {
      "api.pulumi.com/oidc:sub": "pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write",
    },
  },
};

test.each([2, 4, "\t"])(
  "a file indented by %j gets the statement as a printer of JSON would write it",
  async (step) => {
    const document = (...statements: readonly object[]): object => ({ Version: "2012-10-17", Statement: statements });
    expect(await written(`${JSON.stringify(document(github), null, step)}\n`)).toBe(
      `${JSON.stringify(document(github, pulumi), null, step)}\n`,
    );
  },
);

test("a file on one line stays on one line", async () => {
  const document = (...statements: readonly object[]): object => ({ Version: "2012-10-17", Statement: statements });
  const text = await written(JSON.stringify(document(github)));
  expect(text).not.toContain("\n");
  expect(JSON.parse(text)).toEqual(document(github, pulumi));
});

test("a single statement becomes a list of two", async () => {
  const text = await written(JSON.stringify({ Version: "2012-10-17", Statement: github }, null, 2));
  expect(JSON.parse(text)).toEqual({ Version: "2012-10-17", Statement: [github, pulumi] });
});

test("other JSON is no policy", async () => {
  for (const text of ['{"Statement": []}', '{"token.actions.": 1}', '{ broken "AssumeRoleWithWebIdentity" Statement']) {
    expect((await readDefinitions(new Map([[path, text]]), undefined)).roles).toEqual([]);
  }
});

/** White space between the tokens of a JSON text, as chance has it. */
function spaced(json: object, gaps: readonly string[]): string {
  let i = 0;
  const gap = (): string => gaps[i++ % gaps.length] ?? "";
  return JSON.stringify(json).replace(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g, (token) => gap() + token + gap());
}

test("whatever the white space, every byte outside the splices stays, and a second run changes nothing", async () => {
  const gap = fc.stringMatching(/^(?:|[ \t]{0,3}|\r?\n[ \t]{0,6})$/);
  const others = fc.array(
    fc.constantFrom<object>(
      { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: ["sts:AssumeRole"],
      },
    ),
    { maxLength: 1 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(gap, { minLength: 1, maxLength: 9 }),
      others,
      others,
      fc.boolean(),
      async (gaps, a, b, mark) => {
        const json = { Version: "2012-10-17", Statement: [...a, github, ...b] };
        const text = `${mark ? "\uFEFF" : ""}${spaced(json, gaps)}`;
        const result = await written(text);
        const wanted = { ...json, Statement: [...a, github, pulumi, ...b] };
        expect(JSON.parse(result.replace("\uFEFF", ""))).toEqual(wanted);
        expect(result.startsWith(text.slice(0, text.indexOf("environment:prod")))).toBe(true);
        const { roles } = await readDefinitions(new Map([[path, result]]), undefined);
        expect(roles[0] && transitionOf(roles[0])).toEqual(roles[0]?.policy);
      },
    ),
    { numRuns: 60 },
  );
});
