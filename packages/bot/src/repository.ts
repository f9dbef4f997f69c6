import {
  byText,
  isPruned,
  isRead,
  linksToRead,
  mayDefineRole,
  roleFileEndings,
  textsOf,
  unreadPrograms,
  wantedEntries,
  withLinks,
  type Entry,
  type FileProblem,
  type Tree,
} from "@gha2pulumi/repo";

/** A commit of a repository somewhere else: what files it has, and their content by its name. */
export interface Remote {
  readonly head: string;
  readonly entries: readonly Entry[];
  /** The texts of contents; `undefined` where one is no text. */
  readonly texts: (entries: readonly Entry[]) => Promise<ReadonlyMap<string, string | undefined>>;
}

/** The files of a commit that matter to a plan, and what could not be read of them. */
export interface Read {
  readonly tree: Tree;
  readonly problems: readonly FileProblem[];
}

export async function readRepository({ entries, texts }: Remote): Promise<Read> {
  const targets = await texts(linksToRead(entries));
  const wanted = wantedEntries(withLinks(entries, targets));
  const { tree, problems } = textsOf(wanted, await texts(wanted.filter(isRead)));
  return { tree, problems: [...problems, ...unreadPrograms(entries.map(({ path }) => path))] };
}

// What a file that defines roles is called says nothing. In public repositories half have fewer than 100 candidates.
const mostRoleFiles = 1000;

/**
 * The files that may define a cloud role: every file of these endings is read, since no server searches a commit by
 * its words. `undefined` where there are too many to read.
 */
export async function readRoleFiles({ entries, texts }: Remote, known: Tree): Promise<Tree | undefined> {
  const candidates = entries
    .filter(({ path, mode }) => mode !== "120000" && !known.has(path) && !isPruned(path) && isCandidate(path))
    .filter(isRead)
    .sort((a, b) => byText(a.path, b.path));
  if (candidates.length > mostRoleFiles) return undefined;
  const { tree } = textsOf(candidates, await texts(candidates));
  return new Map([...tree].filter(([, text]) => mayDefineRole(text)));
}

function isCandidate(path: string): boolean {
  return roleFileEndings.includes(path.slice(path.lastIndexOf(".") + 1));
}
