import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Tree } from "@gha2pulumi/repo";
import { migrate, type PlanDocument } from "@gha2pulumi/migrate";
import { readTree } from "./support/fixture.ts";
import { grammars } from "./support/grammars.ts";

type Trust = PlanDocument["trust"][number];

const repositories = fileURLToPath(new URL("../../shared/corpus/repos/", import.meta.url));
// Minutes, and so a command of its own: `pnpm corpus:roles`, which prints the entries as well.
const isThere = process.env["ROLES"] !== undefined && existsSync(repositories);

/** Words of a login to a cloud by a role or by keys, in some workflow or action. */
const login =
  /role-to-assume|workload_identity_provider|credentials_json|aws-access-key-id|AWS_ACCESS_KEY_ID|AWS_ROLE_ARN|azure\/login|ARM_CLIENT_ID/i;

const names = (isThere ? readdirSync(repositories).sort() : []).filter((name) =>
  [...readTree(join(repositories, name))].some(([path, text]) => path.startsWith(".github/") && login.test(text)),
);

/**
 * Real repositories, where they lie beside the project: what a reviewer reads about each role says what to do next.
 * With `ROLES=show` the entries are printed, to be read by a person.
 */
describe.skipIf(!isThere)("roles of the corpus (skipped without `ROLES`, or where it is not)", () => {
  test.each(names)("%s", { timeout: 600_000 }, async (name) => {
    const tree = readTree(join(repositories, name));
    const { document } = await migrate({ tree, surroundings: new Map() }, grammars);
    if (process.env["ROLES"] === "show") console.log(shown(name, document));
    expect(document.trust.flatMap((one) => faults(one, tree))).toEqual([]);
    expect(unmentioned(document)).toEqual([]);
  });
});

/** Why a reviewer could not act on an entry. */
function faults(trust: Trust, tree: Tree): readonly string[] {
  const { cloud, role, subjects, statement, table, reach, definition, hole, note } = trust;
  const found: string[] = [];
  const isMoved = subjects.length > 0;
  const isWithoutRole = /(?:takes the place of|would get a role|keys|Its permissions)/.test(note);
  if (definition !== null) {
    const [, path = "", line = "0"] = /^(.*):(\d+):\d+$/.exec(definition.location) ?? [];
    if ((tree.get(path) ?? "").split("\n").length < Number(line))
      found.push(`${role}: ${definition.location} is no place`);
    if ((definition.diff === null) !== (definition.because !== "")) found.push(`${role}: neither a diff nor a reason`);
  }
  // A role is in a file, or what tells of it is asked for, with the command that shows it.
  if (cloud === "aws" && !isWithoutRole && definition?.certain !== true && hole === null)
    found.push(`${role}: it is in no file for certain, and nothing is asked`);
  if (hole !== null && !/^trust-policy\../.test(hole.key)) found.push(`${role}: the key ${hole.key}`);
  if (hole !== null && !/[?)]/.test(hole.question)) found.push(`${role}: no question`);
  if (hole !== null && !/^(?:aws|gcloud|az) /.test(hole.command)) found.push(`${role}: no command`);
  if (isMoved && (table === null) !== (reach === null)) found.push(`${role}: a table without its proof as data`);
  if (isMoved && table !== null && statement === null) found.push(`${role}: a table, and nothing to add`);
  for (const line of (table ?? "").split("\n")) if (line.length > 80) found.push(`${role}: a line of ${line.length}`);
  if (note === "") found.push(`${role}: nothing is said`);
  return found;
}

const clouds = /^(?:aws-oidc|aws-static|gcp-wif|gcp-key|azure-oidc|azure-secret)$/;

/** Logins of operations that no entry is about. */
function unmentioned({ operations, trust }: PlanDocument): readonly string[] {
  const logins = operations.flatMap(({ id, identities }) =>
    identities.filter(({ kind }) => clouds.test(kind)).map(({ kind }) => ({ id, cloud: kind.split("-")[0] ?? "" })),
  );
  const told = new Set<string>(trust.map(({ cloud }) => cloud));
  return logins.filter(({ cloud }) => !told.has(cloud)).map(({ id, cloud }) => `${id}: ${cloud}`);
}

function shown(name: string, { trust, operations, diagnostics }: PlanDocument): string {
  const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);
  const lines = trust.map(({ cloud, role, subjects, definition, hole, note, reach }) =>
    [
      `${cloud} ${cut(JSON.stringify(role), 70)} subjects ${subjects.length} reach ${reach?.beyond ?? "-"}`,
      definition === null ? "" : `at ${definition.location} ${definition.variant} ${cut(definition.because, 80)}`,
      hole === null ? "" : `${hole.key} | ${cut(hole.question, 120)} | ${cut(hole.command, 130)}`,
      cut(note, 110),
    ]
      .filter((one) => one !== "")
      .join("\n      "),
  );
  const seen = diagnostics.filter(({ code }) => /^GP4[0-4]/.test(code));
  return [
    `## ${name}: ${operations.length} operations`,
    ...lines.map((line) => `    ${line}`),
    ...seen.map(({ code, message, location }) => `    ! ${code} ${cut(message, 110)} ${location}`),
  ].join("\n");
}
