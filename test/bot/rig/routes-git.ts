// What a repository holds: refs, trees, blobs and commits, read and written.
import { createRef, deleteRef, mustBeWritable, updateRef } from "./actions.ts";
import { commitsBetween, differences, historyOf, mergeBase } from "./git-history.ts";
import {
  changedTree,
  entryAt,
  flatTree,
  readCommit,
  readTree,
  writeCommit,
  type Commit,
  type Signature,
  type TreeEntry,
} from "./git-store.ts";
import { ok, paged, textOf, textsOf, type Asked, type Reply, type Routes } from "./routing.ts";
import * as shape from "./shapes.ts";
import {
  notFound,
  Refusal,
  repositoryAt,
  resolve,
  signature,
  tipOf,
  type Account,
  type Fields,
  type Json,
  type Repository,
  type World,
} from "./world.ts";

/** The repository of a request for something of git, which an empty one refuses altogether. */
function at(world: World, { params }: Asked): Repository {
  const one = repositoryAt(world, params["owner"] ?? "", params["repo"] ?? "");
  if (one.store.refs().size === 0) throw new Refusal(409, "Git Repository is empty.");
  return one;
}

function commitAt(one: Repository, name: string): Commit {
  const found = resolve(one, name);
  if (!found) throw new Refusal(404, `No commit found for the ref ${name}`);
  return found;
}

const kinds: Readonly<Record<string, string>> = { "40000": "tree", "160000": "commit" };
const longMode = (mode: string): string => mode.padStart(6, "0");
const shortMode = (mode: string): string => (mode === "040000" ? "40000" : mode);

/** How many entries a tree shows that is cut short. */
const shownOfTruncated = 2;

function treeReply(
  world: World,
  one: Repository,
  oid: string,
  entries: readonly (TreeEntry & { path?: string })[],
): Fields {
  const git = `${shape.urlOf(world, one)}/git`;
  const tree = entries.map((entry) => {
    const type = kinds[entry.mode] ?? "blob";
    const size = type === "blob" ? { size: one.store.read(entry.oid)?.data.length ?? 0 } : {};
    const url = type === "commit" ? {} : { url: `${git}/${type}s/${entry.oid}` };
    return { path: entry.path ?? entry.name, mode: longMode(entry.mode), type, sha: entry.oid, ...size, ...url };
  });
  return { sha: oid, url: `${git}/trees/${oid}`, tree, truncated: false };
}

function getTree(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  const name = asked.params["tree_sha"] ?? "";
  const oid = one.store.read(name)?.type === "tree" ? name : resolve(one, name)?.tree;
  if (oid === undefined) throw notFound();
  const recursive = asked.query.has("recursive");
  const whole = treeReply(world, one, oid, recursive ? flatTree(one.store, oid) : readTree(one.store, oid));
  if (!recursive || !one.truncatedTrees) return ok(whole);
  return ok({ ...whole, tree: (whole["tree"] as readonly Json[]).slice(0, shownOfTruncated), truncated: true });
}

function postTree(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  mustBeWritable(one);
  const { store } = one;
  const base = textOf(asked, "base_tree");
  const start =
    base === undefined ? undefined : store.read(base)?.type === "tree" ? base : readCommit(store, base)?.tree;
  if (base !== undefined && start === undefined) throw new Refusal(422, "base_tree is not a valid tree oid");
  const entries = Array.isArray(asked.body["tree"]) ? (asked.body["tree"] as readonly Fields[]) : undefined;
  if (!entries || entries.length === 0) throw new Refusal(422, "Invalid tree info");
  const changes = new Map<string, { mode: string; oid: string } | undefined>();
  for (const entry of entries) {
    const { path, mode, sha, content } = entry;
    if (typeof path !== "string" || path === "" || /^\/|(?:^|\/)(?:\.{0,2}|\.git)(?:\/|$)/i.test(path))
      throw new Refusal(422, "tree.path contains a malformed path component");
    if (sha === null) {
      // A removal of what is not there is refused: `GitRPC::BadObjectState`.
      if (start === undefined || !entryAt(store, start, path)) throw new Refusal(422, "GitRPC::BadObjectState");
      changes.set(path, undefined);
      continue;
    }
    if (typeof mode !== "string") throw new Refusal(422, "Must supply a valid tree.mode");
    if ((typeof sha === "string") === (typeof content === "string"))
      throw new Refusal(422, "Must supply either tree.sha or tree.content, not both");
    const oid = typeof content === "string" ? store.write("blob", content) : (sha as string);
    const found = store.read(oid);
    if (!found && mode !== "160000") throw new Refusal(422, `tree.sha ${oid} does not exist`);
    changes.set(path, { mode: shortMode(mode), oid });
  }
  const workflows = [...changes.keys()].some((path) => path.startsWith(".github/workflows/"));
  // GitHub hides the refusal of a personal token without the scope `workflow` behind a 404.
  if (workflows && !asked.by.workflows)
    throw asked.by.kind === "personal" ? notFound() : new Refusal(403, "Resource not accessible by integration");
  const oid = changedTree(store, start, changes);
  return ok(treeReply(world, one, oid, readTree(store, oid)), 201);
}

export const gitHub = { name: "GitHub", email: "noreply@github.com" };

/** How an account signs what it commits by the interface. */
export function addressOf(actor: Account, seconds: number): Signature {
  return { name: actor.login, email: `${actor.id}+${actor.login}@users.noreply.github.com`, seconds };
}

function signatureOf(given: Json | undefined, otherwise: Signature): Signature {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return otherwise;
  const { name = "", email = "", date } = given as Readonly<Record<string, string | undefined>>;
  const seconds = typeof date === "string" ? Math.floor(Date.parse(date) / 1000) : otherwise.seconds;
  return { name, email, seconds };
}

function postCommit(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  mustBeWritable(one);
  const tree = textOf(asked, "tree") ?? "";
  if (one.store.read(tree)?.type !== "tree") throw new Refusal(422, "Tree SHA does not exist");
  const parents = textsOf(asked.body["parents"]);
  if (parents.some((oid) => one.store.read(oid)?.type !== "commit"))
    throw new Refusal(422, "Parent SHA does not exist or is not a commit object");
  const seconds = Math.floor(world.now() / 1000);
  const { author, committer } = asked.body;
  // GitHub signs what an App commits in its own name; a personal token's commit is never signed.
  const signed = asked.by.kind === "installation" && author === undefined && committer === undefined;
  const writer = signatureOf(author, addressOf(asked.by.actor, seconds));
  const oid = writeCommit(one.store, {
    tree,
    parents,
    author: writer,
    committer: signed ? { ...gitHub, seconds } : signatureOf(committer, writer),
    message: textOf(asked, "message") ?? "",
    signature: signed ? signature : textOf(asked, "signature"),
  });
  return ok(shape.gitCommit(world, one, commitAt(one, oid)), 201);
}

function refReply(world: World, one: Repository, name: string, status = 200): Reply {
  const oid = one.store.ref(name);
  if (oid === undefined) throw notFound();
  return ok(shape.ref(world, one, name, oid), status);
}

/** `GET …/contents/{path}`: a folder as a list, a file in base64; larger than 1 MB without its content. */
function contents(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  const path = (asked.params["path"] ?? "").replace(/^\/|\/$/g, "");
  const ref = asked.query.get("ref") ?? one.defaultBranch;
  const entry = entryAt(one.store, commitAt(one, ref).tree, path);
  if (!entry) throw notFound();
  if (entry.mode !== "40000") return ok(fileReply(world, one, entry, path, ref, true));
  const below = readTree(one.store, entry.oid);
  return ok(
    below.map((each) => fileReply(world, one, each, path === "" ? each.name : `${path}/${each.name}`, ref, false)),
  );
}

const largestInline = 1_000_000;

function fileReply(world: World, one: Repository, entry: TreeEntry, path: string, ref: string, whole: boolean): Fields {
  const home = shape.urlOf(world, one);
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const kind = kinds[entry.mode] ?? "blob";
  const data = kind === "blob" ? (one.store.read(entry.oid)?.data ?? Buffer.alloc(0)) : Buffer.alloc(0);
  const url = `${home}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = `${home}/git/${kind}s/${entry.oid}`;
  const html = `${shape.pageOf(world, one)}/${kind}/${ref}/${encoded}`;
  const raw = kind === "blob" ? `${shape.pageOf(world, one)}/raw/${ref}/${encoded}` : null;
  const symlink = entry.mode === "120000";
  const inline = data.length <= largestInline;
  const base64 = data.toString("base64").replace(/.{60}/g, "$&\n");
  return {
    name: entry.name,
    path,
    sha: entry.oid,
    size: data.length,
    url,
    html_url: html,
    git_url: git,
    download_url: raw,
    type:
      kind === "tree"
        ? "dir"
        : kind === "commit"
          ? "submodule"
          : symlink && whole
            ? "symlink"
            : symlink
              ? "symlink"
              : "file",
    ...(symlink && whole ? { target: data.toString() } : {}),
    ...(!symlink && whole ? { content: inline ? base64 : "", encoding: inline ? "base64" : "none" } : {}),
    _links: { self: url, git, html },
  };
}

function compare(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  const [left = "", right = ""] = (asked.params["basehead"] ?? "").split("...");
  const strip = (name: string): string => name.slice(name.indexOf(":") + 1);
  const [base, head] = [commitAt(one, strip(left)), commitAt(one, strip(right))];
  const common = mergeBase(one.store, base.oid, head.oid);
  if (common === undefined) throw new Refusal(404, `No common ancestor between ${left} and ${right}.`);
  const ahead = commitsBetween(one.store, base.oid, head.oid);
  const behind = commitsBetween(one.store, head.oid, base.oid);
  const start = commitAt(one, common);
  const page = `${shape.pageOf(world, one)}/compare/${left}...${right}`;
  const status =
    behind.length > 0 ? (ahead.length > 0 ? "diverged" : "behind") : ahead.length > 0 ? "ahead" : "identical";
  return ok({
    url: `${shape.urlOf(world, one)}/compare/${left}...${right}`,
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: shape.commit(world, one, base),
    merge_base_commit: shape.commit(world, one, start),
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: ahead.map((each) => shape.commit(world, one, each)),
    files: differences(one.store, start.tree, head.tree).map((file) => shape.diffEntry(world, one, file, head.oid)),
  });
}

function commits(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  const { query } = asked;
  const tip = commitAt(one, query.get("sha") ?? one.defaultBranch);
  const who = (name: string, of: "author" | "committer", each: Commit): boolean => {
    const wanted = query.get(name);
    if (wanted === null) return true;
    return (
      each[of].email === wanted || shape.accountBehind(world, each[of])?.login.toLowerCase() === wanted.toLowerCase()
    );
  };
  const path = query.get("path");
  const touches = (each: Commit): boolean => {
    if (path === null) return true;
    const parent = readCommit(one.store, each.parents[0] ?? "");
    const before = parent ? entryAt(one.store, parent.tree, path)?.oid : undefined;
    return entryAt(one.store, each.tree, path)?.oid !== before;
  };
  const [since, until] = [Date.parse(query.get("since") ?? ""), Date.parse(query.get("until") ?? "")];
  const found = historyOf(one.store, tip.oid).filter(
    (each) =>
      who("author", "author", each) &&
      who("committer", "committer", each) &&
      touches(each) &&
      !(each.committer.seconds * 1000 < since) &&
      !(each.committer.seconds * 1000 > until),
  );
  return paged(
    world,
    asked,
    found.map((each) => shape.commit(world, one, each)),
  );
}

function branch(world: World, asked: Asked): Reply {
  const one = at(world, asked);
  const name = asked.params["branch"] ?? "";
  const tip = tipOf(one, name);
  if (!tip) throw new Refusal(404, "Branch not found");
  const url = `${shape.urlOf(world, one)}/branches/${name}`;
  const isProtected = name === one.defaultBranch && (one.requiredChecks !== undefined || one.rules.length > 0);
  const checks = one.requiredChecks ?? [];
  return ok({
    name,
    commit: shape.commit(world, one, tip),
    _links: { self: url, html: `${shape.pageOf(world, one)}/tree/${name}` },
    protected: isProtected,
    protection: {
      enabled: isProtected,
      required_status_checks: {
        enforcement_level: checks.length > 0 && isProtected ? "non_admins" : "off",
        contexts: isProtected ? checks : [],
        checks: isProtected ? checks.map((context) => ({ context, app_id: null })) : [],
      },
    },
    protection_url: `${url}/protection`,
  });
}

const refOf = (asked: Asked): string => `refs/${asked.params["ref"] ?? ""}`;

export const gitRoutes: Routes = {
  "GET /repos/{owner}/{repo}/git/ref/{ref}": (world, asked) => refReply(world, at(world, asked), refOf(asked)),
  "GET /repos/{owner}/{repo}/git/matching-refs/{ref}": (world, asked) => {
    const one = at(world, asked);
    const found = [...one.store.refs()].filter(([name]) => name.startsWith(refOf(asked)));
    return paged(
      world,
      asked,
      found.map(([name, oid]) => shape.ref(world, one, name, oid)),
    );
  },
  "POST /repos/{owner}/{repo}/git/refs": (world, asked) => {
    const one = at(world, asked);
    const name = textOf(asked, "ref") ?? "";
    createRef(world, one, asked.by, name, textOf(asked, "sha") ?? "");
    return refReply(world, one, name, 201);
  },
  "PATCH /repos/{owner}/{repo}/git/refs/{ref}": (world, asked) => {
    const one = at(world, asked);
    updateRef(world, one, asked.by, refOf(asked), textOf(asked, "sha") ?? "", asked.body["force"] === true);
    return refReply(world, one, refOf(asked));
  },
  "DELETE /repos/{owner}/{repo}/git/refs/{ref}": (world, asked) => {
    deleteRef(world, at(world, asked), refOf(asked));
    return { status: 204 };
  },
  "GET /repos/{owner}/{repo}/git/trees/{tree_sha}": getTree,
  "POST /repos/{owner}/{repo}/git/trees": postTree,
  "GET /repos/{owner}/{repo}/git/blobs/{file_sha}": (world, asked) => {
    const one = at(world, asked);
    const sha = asked.params["file_sha"] ?? "";
    const found = one.store.read(sha);
    if (found?.type !== "blob") throw notFound();
    const url = `${shape.urlOf(world, one)}/git/blobs/${sha}`;
    const content = found.data.toString("base64").replace(/.{60}/g, "$&\n");
    return ok({ sha, node_id: `B_${one.id}_${sha}`, size: found.data.length, url, content, encoding: "base64" });
  },
  "POST /repos/{owner}/{repo}/git/blobs": (world, asked) => {
    const one = at(world, asked);
    mustBeWritable(one);
    const encoding = asked.body["encoding"] === "base64" ? "base64" : "utf8";
    const sha = one.store.write("blob", Buffer.from(textOf(asked, "content") ?? "", encoding));
    return ok({ sha, url: `${shape.urlOf(world, one)}/git/blobs/${sha}` }, 201);
  },
  "GET /repos/{owner}/{repo}/git/commits/{commit_sha}": (world, asked) => {
    const one = at(world, asked);
    const found = readCommit(one.store, asked.params["commit_sha"] ?? "");
    if (!found) throw notFound();
    return ok(shape.gitCommit(world, one, found));
  },
  "POST /repos/{owner}/{repo}/git/commits": postCommit,
  "GET /repos/{owner}/{repo}/contents/{path}": contents,
  "GET /repos/{owner}/{repo}/branches/{branch}": branch,
  "GET /repos/{owner}/{repo}/compare/{basehead}": compare,
  "GET /repos/{owner}/{repo}/commits": commits,
  "GET /repos/{owner}/{repo}/commits/{ref}": (world, asked) => {
    const one = at(world, asked);
    const found = resolve(one, asked.params["ref"] ?? "");
    if (!found) throw new Refusal(422, `No commit found for SHA: ${asked.params["ref"]}`);
    return ok(shape.commit(world, one, found));
  },
};
