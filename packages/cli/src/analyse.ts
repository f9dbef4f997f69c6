import type { Grammars, Migration, PlanDocument } from "@gha2pulumi/migrate";
import { answersFile, mayDefineRole, type Change, type Path, type Tree } from "@gha2pulumi/repo";
import { withConsents } from "./accept.ts";
import { answersOf } from "./answers.ts";
import { hashesOf } from "./disk-write.ts";
import { readFolder, type Folder } from "./disk.ts";
import { loadEngine, type Engine } from "./engine.ts";
import { Fault } from "./fault.ts";
import { originDefaultBranch, originRepository } from "./git.ts";
import type { Progress } from "./progress.ts";
import { roleFiles } from "./role-files.ts";

/** What a person asks for about one folder. */
export interface Request {
  readonly folder: string;
  readonly answer: readonly string[];
  /** Codes of losses that are agreed to. */
  readonly accept?: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly language?: string;
  readonly phase?: string;
  readonly guard?: boolean;
  readonly secrets?: string;
}

/** A folder with the plan made for it. */
export interface Analysis {
  readonly root: string;
  readonly top: string | undefined;
  readonly tree: Tree;
  /** What files cannot tell and git or a person did. */
  readonly surroundings: ReadonlyMap<string, string>;
  readonly document: PlanDocument;
  readonly changes: readonly Change[];
  readonly roles: Migration["roles"];
  readonly hashes: ReadonlyMap<Path, string | null>;
  readonly engine: Engine;
}

export async function analyse(request: Request, progress: Progress): Promise<Analysis> {
  const { folder, definitions } = await progress.stage("reading the repository", async () => {
    const folder = await readFolder(request.folder, request);
    // Only a plan needs them: no event depends on what they say.
    return { folder, definitions: await roleFiles(folder, request.exclude) };
  });
  const given = [
    ...request.answer,
    // `--language yaml` is the answer `language=yaml`, which the answers' file may hold as well.
    ...(["language", "phase", "secrets"] as const).flatMap((key) =>
      request[key] === undefined ? [] : [`${key}=${request[key]}`],
    ),
    ...(request.guard === true ? ["guard=yes"] : []),
  ];
  const surroundings = await surroundingsOf(folder, given, request.accept ?? []);
  return await progress.stage("planning and proving", async () => {
    const engine = await loadEngine();
    const snapshot = { tree: new Map([...folder.tree, ...definitions]), surroundings };
    const { document, changes, roles } = await engine.migrate(snapshot, await grammarsFor(snapshot.tree, surroundings));
    const hashes = hashesOf(folder.tree, changes);
    const { root, top, tree } = folder;
    return {
      root,
      top,
      tree,
      surroundings,
      document: engine.completed(document, hashes, folder.problems),
      changes,
      roles,
      hashes,
      engine,
    };
  });
}

/** Read only where a file of their languages may define a role or declare settings, or settings in Python are asked for. */
export async function grammarsFor(
  files: Iterable<readonly [Path, string]>,
  surroundings: ReadonlyMap<string, string>,
): Promise<Grammars | undefined> {
  const isNeeded =
    surroundings.get("language") === "python" ||
    [...files].some(
      ([path, text]) => /\.(?:py|tf)$/.test(path) && (mayDefineRole(text) || text.includes("pulumi_pulumiservice")),
    );
  return isNeeded ? (await import("./grammars.ts")).readGrammars() : undefined;
}

/** What files cannot tell: what git knows of the remote, and over it what a person answered. */
export async function surroundingsOf(
  folder: Folder,
  given: readonly string[],
  accept: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const unread = folder.problems.find(({ path }) => path === answersFile);
  if (unread !== undefined) throw new Fault(undefined, `${answersFile}: ${unread.message}`, unread.help);
  const answers = await withConsents(await answersOf(folder.tree, given), accept);
  if (answers.size > 0) {
    const { answerProblem } = await loadEngine();
    for (const [key, value] of answers) {
      const problem = answerProblem(key, value, folder.tree);
      if (problem) throw new Fault(undefined, `answer ${key}: ${problem.what}`, problem.help);
    }
  }
  const observed = folder.top === undefined ? [] : await observedIn(folder.root);
  return new Map([...observed, ...answers]);
}

async function observedIn(root: string): Promise<readonly (readonly [string, string])[]> {
  const [repository, branch] = await Promise.all([originRepository(root), originDefaultBranch(root)]);
  const facts = [
    ["repository", repository],
    ["default-branch", branch],
  ] as const;
  return facts.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}
