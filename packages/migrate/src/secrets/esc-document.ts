import type { Change, Path, Tree } from "@gha2pulumi/repo";
import type { Relay, RelayPart } from "./relay.ts";

/** Where the relay stands when it is written with the rest of a migration. */
export const relayFile: Path = ".github/workflows/relay-secrets.yml";

/**
 * What a migration whose secrets go by Pulumi ESC adds: one document for each environment, which says by name what it
 * has to hold, beside the settings program; and the relay that carries the values there. Files that are there stay.
 */
export function escChanges(relay: Relay | undefined, program: Path, tree: Tree): readonly Change[] {
  const folder = program === "" ? "" : `${program}/`;
  const files: readonly (readonly [Path, string])[] =
    relay === undefined
      ? []
      : [
          ...relay.parts.map((part): readonly [Path, string] => [
            `${folder}esc/${part.target.split("/")[1] ?? ""}.yaml`,
            escDocument(part),
          ]),
          [relayFile, relay.text],
        ];
  return files.flatMap(([path, text]) => (tree.has(path) ? [] : [{ kind: "create", path, text }]));
}

/**
 * The definition of one environment with names and no values. Saved as it is it would be refused: `fn::secret` takes a
 * text. https://www.pulumi.com/docs/esc/environments/syntax/builtin-functions/fn-secret/
 */
function escDocument({ target, environment, secrets }: RelayPart): string {
  const from = environment === undefined ? "the repository or its organisation" : `the environment ${environment}`;
  const lines = secrets.map(
    ({ name, key }) =>
      `    ${JSON.stringify(key)}:\n      fn::secret: # the secret ${name} of ${printed(from)} in GitHub\n`,
  );
  return `# The Pulumi ESC environment ${target}: what it has to hold, by name. No value stands here.
# The relay fills it. By hand, a value is read from standard input:
#   pulumi env set <organization>/${target} 'pulumiConfig["KEY"]' --secret --string --file -
values:
  pulumiConfig:
${lines.join("")}`;
}

/** A name in a comment: no end of a line in it. */
function printed(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ");
}
