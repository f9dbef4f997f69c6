import { expect, test } from "vitest";
import { providerStep, type AwsProvider } from "./aws-provider.ts";

const url = "https://api.pulumi.com/oidc";
const github = { url: "https://token.actions.githubusercontent.com", clientIds: ["sts.amazonaws.com"] };

test.each<[string, readonly AwsProvider[] | undefined, object]>([
  ["nobody has looked", undefined, { kind: "create-or-add", url, audiences: ["acme"] }],
  ["there is none", [github], { kind: "create", url, audiences: ["acme"] }],
  ["ESC's", [github, { url, clientIds: ["aws:acme"] }], { kind: "add-audiences", url, audiences: ["acme"] }],
  ["another case", [{ url, clientIds: ["Acme"] }], { kind: "add-audiences", url, audiences: ["acme"] }],
  ["it is there, as IAM writes it", [{ url: "api.pulumi.com/oidc", clientIds: ["acme"] }], { kind: "nothing" }],
])("an account's provider: %s", (_, providers, step) => expect(providerStep(["acme"], providers)).toEqual(step));
