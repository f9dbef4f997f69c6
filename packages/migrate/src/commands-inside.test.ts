import { expect, test } from "vitest";
import { written } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { commandsInside } from "./commands-inside.ts";

const run: Command = {
  kind: "run",
  words: [["npm"], ["run"], ["a"]],
  environment: new Map(),
  directory: ["."],
  certainty: true,
  fallback: false,
  unconditional: true,
  steered: [],
  piped: false,
  excused: false,
  writes: undefined,
  line: undefined,
  arms: [],
  from: [{ path: "w.yml", start: 0, end: 1 }],
};

function inside(scripts: Readonly<Record<string, string>>): {
  readonly words: readonly string[];
  readonly isWhole: boolean;
} {
  const { commands, isWhole } = commandsInside([run], new Map([["package.json", JSON.stringify({ scripts })]]));
  const words = commands.map((one) =>
    one.kind === "run" ? one.words.map((word) => written(word)).join(" ") : one.kind,
  );
  return { words, isWhole };
}

test("scripts are opened at every depth, in their order", () => {
  expect(inside({ a: "npm run b && rollup -c", b: "vite build" })).toEqual({
    words: ["npm run b", "vite build", "rollup -c"],
    isWhole: true,
  });
});

test("scripts that call one another many times over are left where they are too many", () => {
  const many = (name: string): string => Array(60).fill(`npm run ${name}`).join(" && ");
  const { words, isWhole } = inside({ a: many("b"), b: many("c"), c: many("d"), d: many("e"), e: "tsc" });
  expect(words.length).toBeLessThan(60 * 500);
  expect(isWhole).toBe(false);
  expect(inside({ a: "npm run a" }).isWhole).toBe(false);
});
