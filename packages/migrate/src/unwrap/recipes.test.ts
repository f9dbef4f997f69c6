import { expect, test } from "vitest";
import type { Tree } from "@gha2pulumi/repo";
import { unwrapped } from "./unwrap.test.ts";

const tree = (files: Readonly<Record<string, string>>): Tree => new Map(Object.entries(files));

test.each<readonly [string, string, readonly string[]]>([
  ["make", ".DEFAULT_GOAL := up\nx:\n\ttsc\nup:\n\tpulumi up", ["pulumi up"]],
  ["make", ".DEFAULT_GOAL := $(shell date)\nx:\n\ttsc\nup:\n\tpulumi up", ["make"]],
  ["make up", "up::\n\tpulumi up\nup:: x\n\tcurl a\nx:\n\ttsc", ["pulumi up", "tsc", "curl a"]],
  ["make up", "STACK = dev\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s dev"]],
  ["make -e up", "STACK = dev\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s prod"]],
  ["make -ke up", "STACK = dev\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s prod"]],
  ["make -ei up", "STACK = dev\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s prod GP226"]],
  ["make --environment-overrides up", "STACK = dev\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s prod"]],
  ["MAKEFLAGS=e make up", "STACK = dev\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s prod"]],
  ["make -e up", "override STACK = dev\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s dev"]],
  ["make up STACK=test", "override STACK = dev\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s dev"]],
  ["make -e up", "up:\n\t$(MAKE) in\nin: STACK = dev\nin:\n\tpulumi up -s $(STACK)", ["pulumi up -s prod"]],
  ["make up", "MAKEFLAGS += -e\nSTACK = dev\nup:\n\tpulumi up -s $(STACK)", ["make up"]],
  ["make up", "MAKEFLAGS += --no-print-directory -s\nup:\n\tpulumi up", ["pulumi up"]],
  ["make up", "include .env\nexport\nup:\n\tpulumi up", ["pulumi up GP224"]],
  ["make up", "-include prod.env\nexport AWS_REGION\nup:\n\tpulumi up", ["pulumi up GP224"]],
  ["make up", "-include prod.env\nAWS_REGION = x\nexport AWS_REGION\nup:\n\tpulumi up", ["pulumi up"]],
  ["make up", "-include .env\nSTACK ?= dev\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s ${{ $(STACK) }}"]],
  ["make up", "STACK = dev\n-include .env\nup:\n\tpulumi up -s $(STACK)", ["pulumi up -s ${{ $(STACK) }}"]],
  ["make up", ".EXPORT_ALL_VARIABLES:\nWHERE = dev\nup:\n\tpulumi up -s $$WHERE", ["pulumi up -s dev"]],
  ["make up", "up: export WHERE=dev\nup:\n\tpulumi up -s $$WHERE", ["pulumi up -s dev"]],
])("makefile: %s of %j", (line, text, expected) => {
  expect(unwrapped(line, tree({ Makefile: text }))).toEqual(expected);
});

test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
  ["just up", { justfile: "set dotenv-load\nup:\n  pulumi up" }, ["pulumi up GP224"]],
  ["just up", { justfile: 'set dotenv-path := "x"\nup:\n  pulumi up' }, ["pulumi up GP224"]],
  ["just up", { justfile: "set dotenv-load := false\nup:\n  pulumi up" }, ["pulumi up"]],
  [
    "just up",
    {
      justfile: 'import "ci/up.just"\nimport? \'none.just\'\nstack := "prod"',
      "ci/up.just": "up: go\ngo:\n  pulumi up -s {{stack}}",
    },
    ["pulumi up -s prod"],
  ],
  [
    "just up",
    { justfile: 'import "a.just"\nup:\n  pulumi up -s b', "a.just": "up:\n  pulumi up -s a" },
    ["pulumi up -s b"],
  ],
  ["just up", { justfile: 'import "a.just"', "a.just": 'import "justfile"\nup:\n  pulumi up' }, ["pulumi up"]],
])("justfile: %s of %j", (line, files, expected) => {
  expect(unwrapped(line, tree(files))).toEqual(expected);
});

test.each<readonly [string, readonly string[]]>([
  ["up: { ignore_error: true, cmds: [pulumi up] }", ["pulumi up GP226"]],
  ["up: { cmds: [{ task: in, ignore_error: true }] }\n  in: pulumi up", ["pulumi up GP226"]],
  [
    "up: { dotenv: ['.env'], cmds: ['pulumi up -s {{.WHERE | default \"dev\"}}'] }",
    ["pulumi up -s ${{ {{.WHERE}} }} GP224"],
  ],
  ["up: pulumi up\ndotenv: ['.env']", ["pulumi up GP224"]],
])("taskfile: %s", (text, expected) => {
  expect(unwrapped("task up", tree({ "Taskfile.yml": `version: '3'\ntasks:\n  ${text}\n` }))).toEqual(expected);
});
