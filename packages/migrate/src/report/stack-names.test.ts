import { expect, test } from "vitest";
import { stackNames } from "./stack-names.ts";

test.each<readonly [Parameters<typeof stackNames>[0], readonly string[]]>([
  [
    { organization: "acme", project: "network", stacks: ["dev", "prod"], stackExpression: null },
    ["acme/network/dev", "acme/network/prod"],
  ],
  [
    { organization: "acme", project: "network", stacks: [], stackExpression: "${{ vars.STACK }}" },
    ["acme/network/${{ vars.STACK }}"],
  ],
  [
    { organization: "acme", project: "network", stacks: [], stackExpression: "acme/network/${{ vars.STACK }}" },
    ["acme/network/${{ vars.STACK }}"],
  ],
  [
    { organization: "acme", project: "network", stacks: [], stackExpression: "acme/${{ vars.STACK }}" },
    ["acme/network/${{ vars.STACK }}"],
  ],
  [{ organization: null, project: "network", stacks: [], stackExpression: null }, ["network/(stack not told)"]],
])("%j", (operation, names) => {
  expect(stackNames(operation)).toEqual(names);
});
