import type { Explanation } from "@gha2pulumi/migrate";

// Commands in a repository whose plan has changes, committed; the message has the code. None: only a broken disk or a
// document that somebody else made shows it.
const rows: readonly (readonly [code: string, title: string, means: string, act: string, shell: string])[] = [
  [
    "GP701",
    "a file has changed since the plan was made",
    "A plan holds the SHA-256 of every file it changes. A file that no longer fits is not touched, and neither is any other: a plan is written whole or not at all.",
    "Make the plan again.",
    "gha2pulumi plan --out plan.json\necho '# later' >> .github/workflows/deploy.yml\ngha2pulumi apply plan.json --yes --allow-dirty",
  ],
  [
    "GP702",
    "a path outside of the repository",
    "No plan writes outside of the folder or into .git. This one would have.",
    "It is a defect, or a plan document that gha2pulumi did not make. Make the plan again.",
    "",
  ],
  [
    "GP703",
    "something is in the way of a file to write",
    "A link, or a folder where a file is expected. Links are never written through: they may lead anywhere.",
    "Move what the message names out of the way.",
    "ln -s ../elsewhere deployment-settings\ngit add . && git commit -qm link\ngha2pulumi migrate --yes",
  ],
  [
    "GP704",
    "the changes could not be written",
    "The system refused a write; the message says why. What was written before that has been put back as it was.",
    "Make room, or the folder writable, and run again.",
    "gha2pulumi plan --out no-such-folder/plan.json",
  ],
  [
    "GP705",
    "the changes could not be written, and not all of it could be undone",
    "The system refused a write, and then refused to put some files back.",
    "The message names them; git has them.",
    "",
  ],
  [
    "GP706",
    "uncommitted changes",
    "A migration is reviewed and undone with git. With other changes in the work tree, the two could not be told apart.",
    "Commit or stash them, or give --allow-dirty.",
    "echo '# later' >> Pulumi.yaml\ngha2pulumi migrate --yes",
  ],
  [
    "GP707",
    "no git, and so no way back",
    "The folder is in no git work tree, so what is changed or deleted cannot be got back.",
    "Run git init and commit, or give --allow-dirty if there is a copy elsewhere.",
    "rm -rf .git\ngha2pulumi migrate --yes",
  ],
  [
    "GP708",
    "nobody to ask",
    "Writing needs a yes: at a prompt, for which standard input and standard error must be a terminal, or by --yes.",
    "Run it on a terminal, or give --yes.",
    "gha2pulumi migrate < /dev/null",
  ],
  [
    "GP709",
    "the proof found a difference",
    "After the change, some event would not do what it did before; the proof table names it. Such a plan is not written, unless each kind of difference is accepted (`--accept`).",
    "Answer the open questions, or look at the case and report it.",
    "",
  ],
  [
    "GP710",
    "a plan document that cannot be used",
    "The file is missing, cut short, of another version, not of the form that plan.schema.json describes, or it contradicts itself: its hashes, ranges and diffs must fit one another and the files.",
    "Make the plan again.",
    "echo '{}' > plan.json\ngha2pulumi apply plan.json --yes --allow-dirty",
  ],
  [
    "GP711",
    "a file in the way of a report",
    "--out overwrites an earlier report of the same kind and nothing else.",
    "Give another file, or remove this one.",
    "echo mine > report.md\ngha2pulumi plan --out report.md",
  ],
  [
    "GP712",
    "no commit to compare with",
    "verify compares the folder with a commit, the one of --base or HEAD, and reads it from git's objects. Nothing is fetched.",
    "Fetch the commit, if it is not there or not whole.",
    "gha2pulumi verify --base no-such-branch",
  ],
  [
    "GP713",
    "a file is no longer what the plan wrote",
    "rollback takes back what a plan wrote, and only that. A file that somebody has edited since holds more, which would be lost, so no file is touched.",
    "Take the edit back, or undo the rest by hand: git has every version.",
    "gha2pulumi migrate --yes --keep-plan\necho '// mine' >> deployment-settings/index.ts\ngha2pulumi rollback gha2pulumi.plan.json --yes --allow-dirty",
  ],
  [
    "GP714",
    "a write that was interrupted",
    "The process was killed in the middle of a write. Every single file is whole, but some are the new ones and some the old.",
    "Run gha2pulumi resume: it finishes the write, or takes it back when it had only begun.",
    'echo \'{ "state": "staging", "files": [] }\' > .gha2pulumi-journal.json\ngha2pulumi plan',
  ],
  [
    "GP720",
    "the bot cannot use an answer",
    "The bot plans a repository with the answers of its gha2pulumi.yaml. One that cannot be read, or is no answer to any question, is left out, and the plan is made without it.",
    "Correct the file: gha2pulumi plan in a checkout shows the same message.",
    "",
  ],
  [
    "GP721",
    "too many files may define a role",
    "Where a role's trust policy is not known, the bot reads every file that may define it. It does not read more than a thousand.",
    "Run gha2pulumi iam in a checkout, or answer trust-policy.<role>.",
    "",
  ],
  [
    "GP750",
    "a variable that was answered",
    "The proof takes for granted that each variable that was answered (vars.STACK) holds that value, and that no GitHub environment gives it another one. A variable counts as a name, where a command is given it; in a condition it stays what only a run can tell.",
    "Compare the answer with the repository's variables. Where environments differ, answer the questions of the jobs instead.",
    "",
  ],
];

/** Explanations of what the command line and the bot meet, GP70x and GP72x, and of answers they take, GP75x. */
export const ownExplanations: readonly Explanation[] = rows.map(([code, title, means, act, shell]) => ({
  code,
  title,
  means,
  act,
  example: shell === "" ? undefined : { files: {}, shell },
}));
