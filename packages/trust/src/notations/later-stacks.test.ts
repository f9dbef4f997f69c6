import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { grammars } from "../../../../test/support/grammars.ts";
import { prod, rewrite } from "../../../../test/support/notation.ts";
import { readDefinitions } from "../definitions.ts";

/** A role of each notation, from the fixtures; a stack that is moved later is added to the statement that is there. */
const cases: readonly (readonly [notation: string, path: string])[] = [
  ["policy-json", "aws/trust.json"],
  ["cloudformation", "bootstrap/roles.yaml"],
  ["pulumi-typescript", "iam.ts"],
  ["pulumi-python", "roles/__main__.py"],
  ["terraform", "aws/trust.tf"],
];
const account = "210987654321";
const terraform = ["aws/roles.tf", "aws/oidc.tf"];

function read(notation: string, path: string): readonly [string, string] {
  const url = new URL(`../../../../fixtures/notations/${notation}/before/${path}`, import.meta.url);
  return [path, readFileSync(url, "utf8")];
}

describe("a stack that is moved later", () => {
  test.each(cases)("%s", async (notation, path) => {
    const more = notation === "terraform" ? terraform : [];
    const first = await rewrite(new Map([path, ...more].map((one) => read(notation, one))), grammars, { account });
    expect(first.edited.kind).toBe("edited");
    const runs = [prod, { ...prod, stack: "dev" }];
    const second = await rewrite(first.tree, grammars, { account, runs });
    expect(second.edited).toMatchObject({ kind: "edited" });
    expect(second.again?.policy).toEqual(second.after);
    const text = second.tree.get(path) ?? "";
    expect(text.match(/PulumiDeployments/g)).toHaveLength(1);
    // GitHub's statement and what stands around are as they were.
    const before = read(notation, path)[1]
      .split("\n")
      .map((line) => line.trim());
    const after = new Set(text.split("\n").map((line) => line.trim()));
    expect(before.filter((line) => !after.has(line) && !/^[\]},]+$/.test(line))).toEqual([]);
    // And the last step takes GitHub's away, where nothing else stands in it.
    const { roles, write } = await readDefinitions(second.tree, grammars);
    const [role] = roles;
    const own = role?.policy.statements.filter(({ sid }) => sid === "PulumiDeployments") ?? [];
    const last = role && write(role, { ...role.policy, statements: own });
    // A comment between two statements may be about either.
    const commented = { kind: "refused", reason: "a comment stands between it and its neighbour" };
    expect(last).toMatchObject(notation === "pulumi-typescript" ? commented : { kind: "edited" });
  });
});
