import { expect, test } from "vitest";
import { holdsAllSecrets } from "./call-secrecy.ts";

const hole = (expression: string, names: readonly string[]) => [{ expression, names, note: "" }];

test.each<readonly [string, readonly string[], boolean]>([
  ["toJSON(secrets)", ["secrets"], true],
  ["join(secrets.*)", ["secrets.*"], true],
  ["secrets.TOKEN", ["secrets.TOKEN"], false],
  ["$(gcloud secrets versions access latest --secret=dns)", [], false],
  ["$(vault kv get secrets/dns)", ["secrets.VAULT_TOKEN"], false],
])("every secret: %s", (expression, names, expected) => {
  expect(holdsAllSecrets(hole(expression, names))).toBe(expected);
});
