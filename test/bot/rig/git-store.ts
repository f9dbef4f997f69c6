// A bare repository on disk, read and written in this process: three hundred of them cost no program each. Every object
// is a loose one, because the repository's own settings unpack whatever is pushed and never run `gc`.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { constants, deflateSync, inflateSync } from "node:zlib";

export type ObjectType = "blob" | "tree" | "commit" | "tag";

export interface GitObject {
  readonly type: ObjectType;
  readonly data: Buffer;
}

/** One line of a tree; `mode` is as git writes it: `100644`, `100755`, `120000`, `40000`, `160000`. */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
}

/** Who and when, in whole seconds since 1970. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly seconds: number;
}

export interface Commit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** The text of its `gpgsig` header, if it has one. */
  readonly signature: string | undefined;
}

export interface GitStore {
  readonly folder: string;
  read(oid: string): GitObject | undefined;
  write(type: ObjectType, data: Buffer | string): string;
  /** The refs by full name, `refs/heads/main`, sorted. */
  refs(below?: string): ReadonlyMap<string, string>;
  ref(name: string): string | undefined;
  /** Sets a ref, or deletes it where there is no oid. */
  setRef(name: string, oid: string | undefined): void;
}

const settings = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[http]
\treceivepack = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[transfer]
\tunpackLimit = 1000000
[gc]
\tauto = 0
[receive]
\tautogc = false
\tdenyDeleteCurrent = ignore
`;

/** Makes an empty bare repository, as `git init --bare` would. */
export function createStore(folder: string, defaultBranch: string): GitStore {
  mkdirSync(join(folder, "objects"), { recursive: true });
  mkdirSync(join(folder, "refs/heads"), { recursive: true });
  writeFileSync(join(folder, "HEAD"), `ref: refs/heads/${defaultBranch}\n`);
  writeFileSync(join(folder, "config"), settings);
  return openStore(folder);
}

export function openStore(folder: string): GitStore {
  const known = new Map<string, GitObject>();
  const made = new Set<string>();
  const pathOf = (oid: string): string => join(folder, "objects", oid.slice(0, 2), oid.slice(2));
  const read = (oid: string): GitObject | undefined => {
    const found = known.get(oid) ?? (/^[0-9a-f]{40}$/.test(oid) ? readLoose(pathOf(oid)) : undefined);
    if (found && found.data.length < 100_000) known.set(oid, found);
    return found;
  };
  return {
    folder,
    read,
    write(type, content) {
      const data = typeof content === "string" ? Buffer.from(content) : content;
      const whole = Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]);
      const oid = createHash("sha1").update(whole).digest("hex");
      const path = pathOf(oid);
      if (known.has(oid) || existsSync(path)) return oid;
      const fan = dirname(path);
      if (!made.has(fan)) mkdirSync(fan, { recursive: true });
      made.add(fan);
      writeFileSync(path, deflateSync(whole, { level: constants.Z_BEST_SPEED }));
      known.set(oid, { type, data });
      return oid;
    },
    refs: (below = "refs") => new Map(refsBelow(folder, below).sort(([left], [right]) => (left < right ? -1 : 1))),
    ref: (name) => readRef(join(folder, name)),
    setRef(name, oid) {
      const path = join(folder, name);
      if (oid === undefined) {
        rmSync(path, { force: true });
        return;
      }
      mkdirSync(dirname(path), { recursive: true });
      // Renamed when whole: git may read it at the same time.
      writeFileSync(`${path}.lock`, `${oid}\n`);
      renameSync(`${path}.lock`, path);
    },
  };
}

function readLoose(path: string): GitObject | undefined {
  let whole: Buffer;
  try {
    whole = inflateSync(readFileSync(path));
  } catch {
    return undefined;
  }
  const end = whole.indexOf(0);
  const type = whole.toString("latin1", 0, end).split(" ")[0] as ObjectType;
  return { type, data: whole.subarray(end + 1) };
}

function readRef(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8").trim();
    return /^[0-9a-f]{40}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function refsBelow(folder: string, below: string): [string, string][] {
  if (!existsSync(join(folder, below))) return [];
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const name = `${below}/${entry.name}`;
    if (entry.isDirectory()) return refsBelow(folder, name);
    const oid = readRef(join(folder, name));
    return oid === undefined || name.endsWith(".lock") ? [] : [[name, oid]];
  });
}

/** The entries of a tree, in git's order. */
export function readTree(store: GitStore, oid: string): readonly TreeEntry[] {
  const found = store.read(oid);
  if (found?.type !== "tree") throw new Error(`${oid} is no tree of ${store.folder}`);
  const entries: TreeEntry[] = [];
  for (let at = 0; at < found.data.length;) {
    const space = found.data.indexOf(0x20, at);
    const end = found.data.indexOf(0, space);
    entries.push({
      mode: found.data.toString("latin1", at, space),
      name: found.data.toString("utf8", space + 1, end),
      oid: found.data.toString("hex", end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

export function writeTree(store: GitStore, entries: readonly TreeEntry[]): string {
  // Git compares names as bytes, a folder as if its name ended in a slash.
  const key = ({ mode, name }: TreeEntry): Buffer => Buffer.from(mode === "40000" ? `${name}/` : name);
  const sorted = entries.toSorted((left, right) => Buffer.compare(key(left), key(right)));
  const lines = sorted.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]);
  return store.write("tree", Buffer.concat(lines));
}

/** What becomes of paths: a file of that mode and blob, or `undefined` for its removal. */
export type Changes = ReadonlyMap<string, { readonly mode: string; readonly oid: string } | undefined>;

/** The tree that a tree (`undefined`: the empty one) becomes; a folder that loses its last file goes too. */
export function changedTree(store: GitStore, tree: string | undefined, changes: Changes): string {
  const entries = new Map((tree === undefined ? [] : readTree(store, tree)).map((entry) => [entry.name, entry]));
  const below = new Map<string, Map<string, { readonly mode: string; readonly oid: string } | undefined>>();
  for (const [path, change] of changes) {
    const slash = path.indexOf("/");
    const name = slash < 0 ? path : path.slice(0, slash);
    if (slash >= 0) {
      const inner = below.get(name) ?? new Map<string, { readonly mode: string; readonly oid: string } | undefined>();
      below.set(name, inner.set(path.slice(slash + 1), change));
    } else if (change) entries.set(name, { name, ...change });
    else entries.delete(name);
  }
  for (const [name, inner] of below) {
    const old = entries.get(name);
    const oid = changedTree(store, old?.mode === "40000" ? old.oid : undefined, inner);
    if (readTree(store, oid).length === 0) entries.delete(name);
    else entries.set(name, { mode: "40000", name, oid });
  }
  return writeTree(store, [...entries.values()]);
}

/** Every entry at or below a tree by path, folders included, in the order of `git ls-tree -rt`. */
export function flatTree(
  store: GitStore,
  tree: string,
  prefix = "",
): readonly (TreeEntry & { readonly path: string })[] {
  return readTree(store, tree).flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    return [{ ...entry, path }, ...(entry.mode === "40000" ? flatTree(store, entry.oid, `${path}/`) : [])];
  });
}

/** What lies at a path below a tree; the tree itself at the empty path. */
export function entryAt(store: GitStore, tree: string, path: string): TreeEntry | undefined {
  let entry: TreeEntry | undefined = { mode: "40000", name: "", oid: tree };
  for (const name of path.split("/").filter((one) => one !== "")) {
    if (entry?.mode !== "40000") return undefined;
    entry = readTree(store, entry.oid).find((one) => one.name === name);
  }
  return entry;
}

export function writeCommit(store: GitStore, commit: Omit<Commit, "oid">): string {
  const person = ({ name, email, seconds }: Signature): string => `${name} <${email}> ${seconds} +0000`;
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${person(commit.author)}`,
    `committer ${person(commit.committer)}`,
    ...(commit.signature === undefined ? [] : [`gpgsig ${commit.signature.replaceAll("\n", "\n ")}`]),
  ];
  return store.write("commit", `${lines.join("\n")}\n\n${commit.message}`);
}

export function readCommit(store: GitStore, oid: string): Commit | undefined {
  const found = store.read(oid);
  if (found?.type !== "commit") return undefined;
  const text = found.data.toString("utf8");
  const end = text.indexOf("\n\n");
  const headers = text
    .slice(0, end)
    .replaceAll("\n ", "\u0000")
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1).replaceAll("\u0000", "\n")]);
  const all = (name: string): readonly string[] =>
    headers.flatMap(([key, value]) => (key === name ? [value ?? ""] : []));
  return {
    oid,
    tree: all("tree")[0] ?? "",
    parents: all("parent"),
    author: personOf(all("author")[0] ?? ""),
    committer: personOf(all("committer")[0] ?? ""),
    message: text.slice(end + 2),
    signature: all("gpgsig")[0],
  };
}

function personOf(text: string): Signature {
  const [, name, email, seconds] = /^(.*) <(.*)> (\d+)/.exec(text) ?? [];
  return { name: name ?? "", email: email ?? "", seconds: Number(seconds ?? 0) };
}
