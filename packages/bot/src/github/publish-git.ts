import type { Publication } from "../publication.ts";
import { git, type Clone } from "./git.ts";

/** Who a commit says it is of, as git writes it. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/**
 * Makes a branch hold one commit on its base by a push, which is refused when the branch is not where it was expected.
 * The modes of files stay as they are. Gives the new head.
 */
export async function publishByGit(clone: Clone, publication: Publication, author: Author): Promise<string> {
  const { branch, base, files, headline, description, expected } = publication;
  await git(clone, ["read-tree", base]);
  const modes = modesOf((await git(clone, ["ls-files", "-s", "-z"])).toString());
  const rows: string[] = [];
  for (const { path, text } of files) {
    if (text === null) rows.push(`0 ${"0".repeat(40)}\t${path}`);
    else {
      const id = (await git(clone, ["hash-object", "-w", "--stdin"], text)).toString().trim();
      rows.push(`${modes.get(path) ?? "100644"} ${id}\t${path}`);
    }
  }
  await git(clone, ["update-index", "-z", "--index-info"], `${rows.join("\0")}\0`);
  const tree = (await git(clone, ["write-tree", "--missing-ok"])).toString().trim();
  const identity = ["-c", `user.name=${author.name}`, "-c", `user.email=${author.email}`];
  const message = `${headline}\n\n${description}\n`;
  const head = (await git(clone, [...identity, "commit-tree", tree, "-p", base], message)).toString().trim();
  const lease = `--force-with-lease=refs/heads/${branch}:${expected ?? ""}`;
  await git(clone, ["push", "--quiet", lease, "origin", `${head}:refs/heads/${branch}`]);
  return head;
}

function modesOf(listing: string): ReadonlyMap<string, string> {
  const rows = listing.split("\0").map((line) => /^(?<mode>\d+) [0-9a-f]+ \d\t(?<path>.+)$/s.exec(line)?.groups);
  return new Map(rows.flatMap((row) => (row === undefined ? [] : [[row["path"] ?? "", row["mode"] ?? ""]])));
}
