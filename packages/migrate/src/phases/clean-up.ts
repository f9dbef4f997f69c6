import { apply, escaped, type Change, type Path, type Tree } from "@gha2pulumi/repo";
import type { PlanDocument, PlannedTask } from "../report/plan-document.ts";
import { relayMark, secretUses } from "../secrets/secret-uses.ts";

/** The list that a switch leaves in the tree: afterwards no file would tell what the workflows had needed. */
export function listPath(program: Path): Path {
  return program === "" ? "CLEAN-UP.md" : `${program}/CLEAN-UP.md`;
}

const heading = `# Clean up

What the workflows needed, and nothing else does once Pulumi Deployments has done its work for a while.
\`gha2pulumi plan --phase clean-up\` says which of it is still in use. Tick what is done; when all is, that phase deletes
this file.

`;

const line = /^- \[( |x|X)\] (.*)$/gm;

/** The list with what this plan leaves behind; `undefined` where that is nothing, or all of it is listed already. */
export function listChange(
  document: PlanDocument,
  changes: readonly Change[],
  tree: Tree,
  path: Path,
): Change | undefined {
  const there = tree.get(path);
  const known = new Set([...(there ?? heading).matchAll(line)].map(([, , text]) => text));
  const lines = leftBehind(document, apply(tree, changes)).filter((text) => !known.has(text));
  if (lines.length === 0) return undefined;
  const text = lines.map((one) => `- [ ] ${one}\n`).join("");
  if (there === undefined) return { kind: "create", path, text: `${heading}${text}` };
  const at = there.length;
  return { kind: "edit", path, splices: [{ start: at, end: at, text: `${there.endsWith("\n") ? "" : "\n"}${text}` }] };
}

/** Secrets, keys, variables and trust that nothing needs after a switch, each as one line. */
function leftBehind(document: PlanDocument, after: Tree): readonly string[] {
  const moved = document.operations.filter(({ disposition }) => disposition === "move" || disposition === "call");
  const kinds = new Set(moved.flatMap(({ identities }) => identities.map(({ kind }) => kind)));
  const secrets = document.secrets.filter(({ name }) => readersOf(name, after).length === 0).map(({ name }) => name);
  const variables = [...new Set(moved.flatMap((one) => one.variables))].filter((name) => !isRead(name, after)).sort();
  return [
    ...secrets.map((name) => `GitHub: delete the secret \`${name}\`.`),
    ...variables.map((name) => `GitHub: delete the variable \`${name}\`.`),
    ...(secrets.includes("PULUMI_ACCESS_TOKEN")
      ? ["Pulumi Cloud: revoke the access token that `PULUMI_ACCESS_TOKEN` held."]
      : []),
    ...(kinds.has("aws-static") ? ["AWS: deactivate the access keys of the workflows, and delete them later."] : []),
    ...(kinds.has("gcp-key") ? ["Google Cloud: disable the service account's key, and delete it later."] : []),
    ...(kinds.has("azure-secret") ? ["Azure: delete the client secret of the application."] : []),
    ...document.trust.map(
      ({ role }) =>
        `Trust: take GitHub out of \`${role}\` where no workflow uses it (\`gha2pulumi iam\` shows the final step).`,
    ),
  ];
}

/** What the last phase changes: the relay goes, and the list once all of it is ticked. */
export function cleanUpChanges(tree: Tree, path: Path): readonly Change[] {
  const relays = [...tree]
    .filter(([one, text]) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(one) && text.startsWith(relayMark))
    .map(([one]): Change => ({ kind: "delete", path: one }));
  const list = tree.get(path);
  const isDone = list !== undefined && openLines(list).length === 0;
  return isDone ? [...relays, { kind: "delete", path }] : relays;
}

/** What is left of the list, and of each secret and variable whether a workflow still reads it. */
export function cleanUpTasks(tree: Tree, path: Path): readonly PlannedTask[] {
  const list = tree.get(path);
  if (list === undefined) return [];
  return openLines(list).map((text) => {
    const [, kind, name] = /^GitHub: delete the (secret|variable) `([^`]+)`/.exec(text) ?? [];
    const readers =
      name === undefined ? [] : kind === "secret" ? readersOf(name, tree) : isRead(name, tree) ? ["a workflow"] : [];
    const still = readers.length === 0 ? "" : ` Not yet: ${readers.join(", ")} may read it.`;
    return { text: `${text}${still}`, location: `${path}:${lineOf(list, text)}:1` };
  });
}

function openLines(list: string): readonly string[] {
  return [...list.matchAll(line)].flatMap(([, mark, text = ""]) => (mark === " " ? [text] : []));
}

function lineOf(list: string, text: string): number {
  return list.slice(0, list.indexOf(`- [ ] ${text}`)).split("\n").length;
}

/** Workflows that read a secret, or may read any. */
function readersOf(name: string, tree: Tree): readonly Path[] {
  return [...secretUses(tree)]
    .filter(([, uses]) => uses.some((use) => use.name === undefined || use.name.toUpperCase() === name.toUpperCase()))
    .map(([path]) => path);
}

/** Any mention of a variable keeps it: they are read in more places than workflows. */
function isRead(name: string, tree: Tree): boolean {
  const mention = new RegExp(`\\bvars\\b[^\\n]*\\b${escaped(name)}\\b`, "i");
  return [...tree].some(([path, text]) => path.startsWith(".github/") && mention.test(text));
}
