import { written } from "@gha2pulumi/repo";
import { expect, test } from "vitest";
import { parseArguments } from "./pulumi-arguments.ts";

const hole = { expression: "vars.STACK", names: ["vars.STACK"], note: "" };

test.each([
  ["up -ys acme/prod", "acme/prod", "yes stack"],
  ["up -sprod-eu --yes", "prod-eu", "stack yes"],
  ["up -yC infra -s prod", "prod", "yes cwd stack"],
  ["up -f --stack prod", "prod", "skip-preview stack"],
  ["up --attach-debugger --stack=prod", "prod", "attach-debugger stack"],
  ["-C infra up -s=prod", "prod", "cwd stack"],
  ["stack select -c prod", undefined, "create"],
  ["up -t urn:a -s prod", "prod", "target stack"],
  ["up -y1 -s prod", "prod", "yes -y1 stack"],
] as const)("%s", (line, stack, names) => {
  const found = parseArguments(line.split(" ").map((word) => [word]));
  expect(found.stack && written(found.stack)).toBe(stack);
  expect([...found.flags.keys()].join(" ")).toBe(names);
});

test("an expression glued to a short flag is its value, and one glued to a long flag is part of its name", () => {
  expect(parseArguments([["up"], ["-s", hole], ["--yes"]]).stack).toEqual([hole]);
  const glued = parseArguments([["up"], ["--stack", hole], ["--yes"]]);
  expect(glued.stack).toBeUndefined();
  expect([...glued.flags.keys()]).toEqual(["--stack", "yes"]);
});
