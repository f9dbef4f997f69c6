/** A diagnostic as `explain` tells it. */
export interface Explanation {
  readonly title: string;
  readonly text: string;
}

const rows: readonly (readonly [code: string, title: string, text: string])[] = [
  [
    "GP181",
    "a file is not valid UTF-8",
    "GitHub reads workflows as UTF-8. The file was left out of the plan, because a text that is guessed at could\n" +
      "not be given back byte for byte. Save it as UTF-8 and run again.",
  ],
  [
    "GP182",
    "a file is larger than 1 MB",
    "Files of this size are products of a program and not written by hand, so they are not read. If it does run\n" +
      "Pulumi, split it.",
  ],
  [
    "GP183",
    "a folder where a file is expected",
    "GitHub takes only files in .github/workflows for workflows. A folder with such a name has no effect there, and\n" +
      "is most likely a mistake. Rename it, or move the files in it up.",
  ],
  [
    "GP184",
    "a broken link",
    "The link points to nothing, or back to itself. What it should lead to is not in the plan.",
  ],
  [
    "GP185",
    "a link that leads out of the folder",
    "Files outside of the repository are not part of the commit that GitHub sees, and are never read. Copy the file\n" +
      "into the repository if it belongs to it.",
  ],
  [
    "GP186",
    "a file or folder that cannot be read",
    "The system refused to open it; the message says why. The plan is made without it and may be wrong where a\n" +
      "workflow needs it. Run as a user who may read it.",
  ],
  [
    "GP187",
    "not an ordinary file",
    "It is a pipe, a socket or a device. Reading it could wait without end, so it is left out.",
  ],
  [
    "GP188",
    "too many files or too deep folders",
    "Reading stopped at a limit that real repositories stay far below. Give the folder of one repository, or leave\n" +
      "files out with --exclude.",
  ],
  [
    "GP701",
    "a file has changed since the plan was made",
    "A plan holds the SHA-256 of every file it changes. A file that no longer fits is not touched, and neither is any\n" +
      "other: a plan is written whole or not at all. Make the plan again.",
  ],
  [
    "GP702",
    "a path outside of the repository",
    "No plan writes outside of the folder or into .git. This one would have: a defect, or a plan document that\n" +
      "gha2pulumi did not make.",
  ],
  [
    "GP703",
    "something is in the way of a file to write",
    "A link, or a folder where a file is expected. Links are never written through: they may lead anywhere.",
  ],
  [
    "GP704",
    "the changes could not be written",
    "The system refused a write; the message says why. What was written before that has been put back as it was.",
  ],
  [
    "GP705",
    "the changes could not be written, and not all of it could be undone",
    "The system refused a write, and then refused to put some files back. The message names them; git has them.",
  ],
  [
    "GP706",
    "uncommitted changes",
    "A migration is reviewed and undone with git. With other changes in the work tree, the two could not be told\n" +
      "apart. Commit or stash them, or give --allow-dirty.",
  ],
  [
    "GP707",
    "no git, and so no way back",
    "The folder is in no git work tree, so what is changed or deleted cannot be got back. Run git init and commit,\n" +
      "or give --allow-dirty if there is a copy elsewhere.",
  ],
  [
    "GP708",
    "nobody to ask",
    "Writing needs a yes: at a prompt, for which standard input and standard error must be a terminal, or by --yes.",
  ],
  [
    "GP709",
    "the proof found a difference",
    "After the change, some event would not do what it did before; the proof table names it. Such a plan is not\n" +
      "written. Answer the open questions, or look at the case and report it.",
  ],
  [
    "GP710",
    "a plan document that cannot be used",
    "The file is missing, cut short, of another version, not of the form that plan.schema.json describes, or it\n" +
      "contradicts itself: its hashes, ranges and diffs must fit one another and the files. Make the plan again.",
  ],
  [
    "GP711",
    "a file in the way of a report",
    "--out overwrites an earlier report of the same kind and nothing else. Give another file, or remove this one.",
  ],
  [
    "GP712",
    "no commit to compare with",
    "verify compares the folder with a commit, the one of --base or HEAD, and reads it from git's objects. Nothing is\n" +
      "fetched: a commit that is not there, or not whole, has to be fetched first.",
  ],
  [
    "GP713",
    "a file is no longer what the plan wrote",
    "rollback takes back what a plan wrote, and only that. A file that somebody has edited since holds more, which\n" +
      "would be lost, so no file is touched. Take the edit back, or undo the rest by hand: git has every version.",
  ],
];

/** Explanations of what only the command line meets: the disk (GP18x) and writing (GP70x). */
export const ownExplanations: ReadonlyMap<string, Explanation> = new Map(
  rows.map(([code, title, text]) => [code, { title, text }]),
);
