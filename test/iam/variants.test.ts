import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Tree } from "@gha2pulumi/repo";
import { readDefinitions, type AwsRule, type RoleDefinition } from "@gha2pulumi/trust";
import { readTree } from "../support/fixture.ts";
import { grammars } from "../support/grammars.ts";
import { rewrite, transitionOf, withoutSplices } from "../support/notation.ts";
import { variants, type Outcome, type Variant } from "./variant-table.ts";

const folders = readdirSync(new URL("variants", import.meta.url));
const reference = new URL("../../../shared/reference/iam-oidc.md", import.meta.url);

test("every variant has a row, and every folder is in a row", () => {
  expect([...new Set(variants.map(({ number }) => number))]).toEqual(Array.from({ length: 45 }, (_, i) => i + 1));
  expect(variants.map(({ folder }) => folder).sort()).toEqual([...folders].sort());
});

const reason = existsSync(reference) ? "" : " (skipped, because the reference is not beside this repository)";
test.skipIf(reason !== "")(`the reference has no variant besides${reason}`, () => {
  const named = [...readFileSync(reference, "utf8").matchAll(/^\*\*V(\d+) /gm)].map(([, number]) => Number(number));
  const pairs = [...readFileSync(reference, "utf8").matchAll(/\*\*V(\d+)[ —]/g)].map(([, number]) => Number(number));
  expect(Math.max(...named)).toBe(45);
  expect([...new Set(pairs)].filter((number) => !variants.some((one) => one.number === number))).toEqual([]);
});

/** The same repository as other editors leave it. */
const styles: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "with Windows' line endings": (text) => text.replaceAll("\n", "\r\n"),
  "behind a byte order mark": (text) => `\uFEFF${text}`,
  "with tabs": (text) => text.replace(/^(?: {4}| {2})+/gm, (indent) => "\t".repeat(Math.ceil(indent.length / 4))),
};

function styled({ folder }: Variant, style: string): Tree {
  const change = styles[style] ?? ((text: string) => text);
  return new Map(
    [...readTree(new URL(`variants/${folder}`, import.meta.url).pathname)].map(([p, t]) => [p, change(t)]),
  );
}

const isText = (piece: unknown): piece is string => typeof piece === "string";

/** The role whose name the fixture gives, else the only one. */
function chosen(roles: readonly RoleDefinition[]): number {
  const named = roles.findIndex(
    ({ name }) => name.kind === "named" && (name.name.find(isText) ?? "").startsWith("infra-"),
  );
  return named < 0 ? 0 : named;
}

const shown = ({ number, words, folder }: Variant): string => `V${number} ${words} (${folder})`;
const of = <K extends Outcome["kind"]>(kind: K): readonly (Variant & { outcome: Extract<Outcome, { kind: K }> })[] =>
  variants.filter((one): one is Variant & { outcome: Extract<Outcome, { kind: K }> } => one.outcome.kind === kind);

describe("defines no role, and changes nothing", () => {
  for (const variant of of("none")) {
    test(`${shown(variant)}`, async () => {
      expect((await readDefinitions(styled(variant, "as it is"), grammars)).roles).toEqual([]);
    });
  }
});

describe("is found, and left alone with the reason", () => {
  for (const variant of of("refused")) {
    test(`${shown(variant)}`, async () => {
      const tree = styled(variant, "as it is");
      const { roles } = await readDefinitions(tree, grammars);
      const made = await rewrite(tree, grammars, {}, chosen(roles));
      const reason = expect.stringMatching(variant.outcome.because) as string;
      expect(made.edited).toEqual({ kind: "refused", reason });
      expect(made.tree).toBe(tree);
    });
  }
});

for (const variant of of("written")) {
  const { outcome, noTabs } = variant;
  describe(`${shown(variant)}`, () => {
    for (const style of Object.keys(styles).filter((one) => one !== "with tabs" || noTabs !== true)) {
      test(`is written ${style}, and reads as meant`, async () => {
        const tree = styled(variant, style);
        const definitions = await readDefinitions(tree, grammars);
        const turn = chosen(definitions.roles);
        const made = await rewrite(tree, grammars, {}, turn);
        const { definition, edited, again, after } = made;
        if (edited.kind === "refused") throw new Error(edited.reason);
        expect(definition.document.path).toBe(outcome.file);
        // The policy read back is the plan's, and gives no reason for a second change.
        expect(again?.policy).toEqual(after);
        expect(again && transitionOf(again)).toEqual(again?.policy);
        const { edited: second } = await rewrite(made.tree, grammars, {}, turn);
        expect(second).toEqual({ kind: "edited", splices: [] });
        // No byte besides what was put in, in no file; and that is in the file's own line endings.
        expect(withoutSplices(made)).toBe(tree.get(outcome.file));
        for (const [path, text] of made.tree) if (path !== outcome.file) expect(text).toBe(tree.get(path));
        const text = made.tree.get(outcome.file) ?? "";
        if (style === "with Windows' line endings") expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
        expect(text.match(/PulumiDeployments/g)).toHaveLength(1);
        // What stands for the account while it is read is never written.
        expect(text).not.toMatch(/: (?:partition|account)\}/);
      });
    }

    test("loses GitHub's statement in the last step, or says why not", async () => {
      const made = await rewrite(
        styled(variant, "as it is"),
        grammars,
        {},
        chosen((await readDefinitions(styled(variant, "as it is"), grammars)).roles),
      );
      const { roles, write } = await readDefinitions(made.tree, grammars);
      const role = roles[chosen(roles)];
      if (role === undefined) throw new Error("the role is gone");
      const last: AwsRule = {
        ...role.policy,
        statements: role.policy.statements.filter(({ sid }) => sid === "PulumiDeployments"),
      };
      const edited = write(role, last);
      if (edited.kind === "refused") expect(edited.reason).toMatch(/changed in the program only by hand/);
      else expect(edited.splices.length).toBeGreaterThan(0);
    });
  });
}
