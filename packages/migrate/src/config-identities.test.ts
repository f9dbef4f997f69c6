import { expect, test } from "vitest";
import { configIdentities } from "./config-identities.ts";
import type { Occurrence } from "./intent.ts";

const secret = (path: string) => [{ expression: path, names: [path], note: "" }];

function kinds(config: Readonly<Record<string, string | ReturnType<typeof secret>>>): readonly string[] {
  const set = Object.entries(config).map(([key, text]) => ({
    key,
    value: { text: typeof text === "string" ? [text] : text, from: [{ path: "deploy.yml", start: 0, end: 0 }] },
  }));
  return configIdentities({ config: set } as unknown as Occurrence);
}

test("a credential in configuration is the identity of its provider, once", () => {
  const key = secret("secrets.DO_TOKEN");
  expect(kinds({ "digitalocean:token": key })).toEqual(["digitalocean-token"]);
  expect(kinds({ "aws:accessKey": key, "aws:secretKey": key, "hcloud:token": key })).toEqual([
    "aws-static",
    "hetzner-token",
  ]);
  expect(kinds({ "azure-native:clientSecret": key, "gcp:credentials": key })).toEqual(["azure-secret", "gcp-key"]);
});

test("what is no credential, empty, or the token of the run is no identity", () => {
  expect(kinds({ "digitalocean:spacesEndpoint": "x", "network:token": secret("secrets.TOKEN") })).toEqual([]);
  expect(kinds({ "hcloud:token": "" })).toEqual([]);
  expect(kinds({ "github:token": secret("secrets.GITHUB_TOKEN") })).toEqual([]);
});
