import { createHash } from "node:crypto";
import {
  answerProblem,
  completed,
  isOfProgram,
  migrate,
  settingsPlace,
  sourcesText,
  type Grammars,
  type PlanDocument,
  type PlannedDiagnostic,
  type SettingsPlace,
} from "@gha2pulumi/migrate";
import { answersFile, answersIn, type Entry, type Tree } from "@gha2pulumi/repo";
import type { Brought } from "./github/brought.ts";
import { publishedFiles, type PublishedFile } from "./publication.ts";
import { readRepository, readRoleFiles, type Remote } from "./repository.ts";

/** A repository with the plan made for one of its commits. */
export interface PlannedRepository {
  readonly head: string;
  readonly document: PlanDocument;
  readonly files: readonly PublishedFile[];
  /** The commit's listing: what a branch is compared with once it is written. */
  readonly entries: readonly Entry[];
  /** Reusable workflows of other repositories that it was made with. */
  readonly brought: readonly Brought[];
  /** Why the repository is to be left alone, as a file of its own says. */
  readonly leftAlone: string | null;
  /** The digest of the workflows and answers it was made of. */
  readonly sources: string;
  /** Where the files of its settings program go, if not into the repository itself. */
  readonly place: SettingsPlace | null;
}

/** A file of this name says that a repository wants no pull request. */
export const ignoreFile = ".github/gha2pulumi-ignore";

/** What the campaign and GitHub know about a repository besides its files; later ones go before earlier ones. */
export type Answers = ReadonlyMap<string, string>;

/** What planning a commit reaches the outside by. */
export interface PlanAids {
  readonly grammars: () => Grammars;
  /** The reusable workflows of other repositories that these files call. */
  readonly bring: (tree: Tree) => Promise<readonly Brought[]>;
}

/** Plans a commit, as the command line plans a folder that it is checked out in. */
export async function planRepository(
  remote: Remote,
  known: Answers,
  { grammars, bring }: PlanAids,
): Promise<PlannedRepository> {
  const { tree: own, problems } = await readRepository(remote);
  const brought = await bring(own);
  const tree: Tree = new Map([...own, ...brought.map(({ place, text }) => [place, text] as const)]);
  const { answers, complaints } = ownAnswers(tree, known);
  const plan = async (all: Tree): ReturnType<typeof migrate> =>
    await migrate({ tree: all, surroundings: answers }, needsGrammars(all, answers) ? grammars() : undefined);
  const first = await plan(tree);
  const roles = asksForRoles(first.document) ? await readRoleFiles(remote, tree) : new Map<string, string>();
  const withRoles = roles !== undefined && roles.size > 0 ? new Map([...tree, ...roles]) : tree;
  const { document, changes } = withRoles === tree ? first : await plan(withRoles);
  const hashes = new Map(changes.map(({ path }) => [path, hashOf(tree.get(path))]));
  const unread = roles === undefined ? [tooManyRoleFiles] : [];
  const finished = completed(document, hashes, problems);
  const files = publishedFiles(tree, changes);
  const place = files.some(({ path }) => isOfProgram(path)) ? settingsPlace(tree, answers) : undefined;
  return {
    head: remote.head,
    document: { ...finished, diagnostics: [...finished.diagnostics, ...complaints, ...unread] },
    files,
    place: place ?? null,
    entries: remote.entries,
    brought,
    sources: digest(sourcesText(document, tree, answers)),
    leftAlone: leftAlone(
      remote,
      tree,
      changes.map(({ path }) => path),
    ),
  };
}

/** Of no other plan anything changes with files that define roles. */
function asksForRoles({ operations, trust }: PlanDocument): boolean {
  return trust.length > 0 || operations.some(({ identities }) => identities.some(({ role }) => role !== null));
}

function needsGrammars(tree: Tree, answers: Answers): boolean {
  return answers.get("language") === "python" || [...tree.keys()].some((path) => /\.(?:py|tf)$/.test(path));
}

/** The campaign's answers with those of the repository over them. One that is none is said, and not used. */
function ownAnswers(
  tree: Tree,
  known: Answers,
): { readonly answers: Answers; readonly complaints: readonly PlannedDiagnostic[] } {
  const text = tree.get(answersFile);
  const found = text === undefined ? [] : answersIn(text);
  if ("message" in found) return { answers: known, complaints: [complaint(found.message, found.help)] };
  const checked = found.map(([key, value]) => ({ key, value, problem: answerProblem(key, value, tree) }));
  const complaints = checked.flatMap(({ key, problem }) =>
    problem === undefined ? [] : [complaint(`answer ${key}: ${problem.what}`, problem.help)],
  );
  const good = checked.filter(({ problem }) => problem === undefined);
  return { answers: new Map([...known, ...good.map(({ key, value }) => [key, value] as const)]), complaints };
}

function complaint(message: string, help: string): PlannedDiagnostic {
  return { code: "GP720", severity: "error", message, location: `${answersFile}:1:1`, excerpt: null, help };
}

const tooManyRoleFiles: PlannedDiagnostic = {
  code: "GP721",
  severity: "note",
  message: "more than 1000 files may define a role: none of them was read",
  location: `${answersFile}:1:1`,
  excerpt: null,
  help: "run `gha2pulumi iam` in a clone, or answer `trust-policy.<role>`",
};

// Go's convention, which most generators of workflows follow: https://go.dev/s/generatedcode
const generated =
  /\b(?:code )?(?:auto-?)?generated\b.*\bdo not (?:edit|modify)\b|\bthis file (?:is|was) (?:auto-?)?generated\b/i;
const headLines = 10;

function leftAlone({ entries }: Remote, tree: Tree, changed: readonly string[]): string | null {
  if (entries.some(({ path }) => path === ignoreFile)) return `it has ${ignoreFile}`;
  const made = changed.find((path) =>
    (tree.get(path) ?? "").split("\n", headLines).some((line) => generated.test(line)),
  );
  return made === undefined ? null : `${made} is generated: it changes where it is made`;
}

function hashOf(text: string | undefined): string | null {
  return text === undefined ? null : digest(text);
}

/** SHA-256, in hex. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
