import { byText } from "@gha2pulumi/repo";
import type { Explanation } from "@gha2pulumi/migrate";
import { loadEngine } from "./engine.ts";

// Commands in a repository whose plan has changes, committed; the message has the code. None: only a broken disk or a
// document that somebody else made shows it.
const rows: readonly (readonly [code: string, title: string, means: string, act: string, shell: string])[] = [
  [
    "GP641",
    "a live setting is not what the program says",
    "Somebody changed the stack's deployment settings or schedules in Pulumi Cloud, or the program was edited and not run. Of variables, commands and secrets no live value is shown.",
    "Run `pulumi up` in the settings program, or write into it what was changed by hand.",
    "",
  ],
  [
    "GP642",
    "a stack without deployment settings",
    "The program declares settings for the stack, and Pulumi Cloud has none, or has no such stack that the token may see.",
    "Run `pulumi up` in the settings program. If the stack is missing, create it, or use a token that may see it.",
    "",
  ],
  [
    "GP643",
    "the settings program is not what the plan says",
    "The plan that was kept holds every setting as it was decided and proved. The program was edited since then, so the proof is about something else. Triggers and schedules are left out while `live` is false.",
    "If the edit is meant, make the plan again, or delete the file. If not, take the edit back.",
    "",
  ],
  [
    "GP644",
    "values that cannot be compared",
    "A value of the settings program's configuration, and every secret, is in no file that is read here. What stands around it was compared.",
    "Nothing. `pulumi preview` in the settings program compares them.",
    "",
  ],
  [
    "GP645",
    "a stack that cannot be looked up",
    "The organisation is the one the settings program is deployed in, which no file names, or a name has a sign that no name of a stack has.",
    "Give `--answer organization=NAME`, or write it into gha2pulumi.yaml.",
    "",
  ],
  [
    "GP646",
    "no token for Pulumi Cloud, or one that it does not know",
    "`settings` and `check` ask Pulumi Cloud, with the token in PULUMI_ACCESS_TOKEN. It is read from the environment alone, sent to no other address, and shown nowhere.",
    "Set PULUMI_ACCESS_TOKEN to a token that is valid.",
    "unset PULUMI_ACCESS_TOKEN\ngha2pulumi check",
  ],
  [
    "GP647",
    "Pulumi Cloud does not allow it",
    "The token may not read, or write, the stack's deployment settings; or the organisation's edition has no such thing.",
    "Use a token of somebody who may.",
    "",
  ],
  [
    "GP648",
    "Pulumi Cloud asks for fewer requests",
    "Reading was tried three times, with the wait that the service asked for. Writing is not tried again by itself.",
    "Run the same command again later: it starts from what is there.",
    "",
  ],
  [
    "GP649",
    "Pulumi Cloud failed, or cannot be reached",
    "The service answered with a fault of its own, half an answer, or none within 30 seconds. Reading was tried three times. A write may have taken place.",
    "Run the same command again later: it starts from what is there.",
    "export PULUMI_ACCESS_TOKEN=pul-example\nmkdir -p deployment-settings\nprintf 'name: s\\nruntime: yaml\\nresources:\\n  prod:\\n    type: pulumiservice:DeploymentSettings\\n    properties: { organization: acme, project: network, stack: prod, sourceContext: { git: { branch: main } }, github: { repository: acme/network } }\\n' > deployment-settings/Pulumi.yaml\ngha2pulumi check --backend-url http://127.0.0.1:1",
  ],
  [
    "GP650",
    "an answer that is not one of Pulumi Cloud",
    "Something answers at this address, and not as the REST API does: a page, a redirect, another program.",
    "See that PULUMI_BACKEND_URL or --backend-url is the address of the API, such as https://api.pulumi.com.",
    "",
  ],
  [
    "GP651",
    "an address that no token is sent to",
    "The address must begin with https:// and hold no name or password; http:// is for this machine alone. State that is kept in a bucket or a folder has no deployments.",
    "Set PULUMI_BACKEND_URL, or give --backend-url.",
    "export PULUMI_ACCESS_TOKEN=pul-example\ngha2pulumi check --backend-url http://pulumi.example.com",
  ],
  [
    "GP652",
    "Pulumi Cloud refused a write",
    "The service found something wrong with what a snapshot holds, or something else changes the stack's settings at the same time.",
    "Run the same command again: it starts from what is there. What the service refuses has to be set by hand.",
    "",
  ],
  [
    "GP653",
    "a snapshot that cannot be used",
    "The file is missing, cut short, of another form than `settings snapshot` writes, or taken at another address.",
    "Give the snapshot itself, and the address it was taken at.",
    "export PULUMI_ACCESS_TOKEN=pul-example\necho '{}' > before.json\ngha2pulumi settings restore before.json",
  ],
  [
    "GP654",
    "a file in the way of a snapshot",
    "A snapshot may be the only way back, so none is overwritten, and nothing else either.",
    "Give another file with --out.",
    "",
  ],
  [
    "GP655",
    "the settings are not what was restored",
    "Everything was sent, and Pulumi Cloud took it, but afterwards it holds something else.",
    "Run the same command again: it shows what is left. If it stays, set it by hand.",
    "",
  ],
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
    "The proof takes for granted that each variable that was answered (vars.STACK) holds that value. In a job with a GitHub environment, which may give it another one, the answer does not count. A variable counts as a name, where a command is given it; in a condition it stays what only a run can tell.",
    "Compare the answer with the repository's variables. For jobs with environments, answer the questions of the jobs instead.",
    "",
  ],
];

/** Explanations of what only the command line and the bot meet: when they ask Pulumi Cloud, when they write, which answers they take. */
export const ownExplanations: readonly Explanation[] = rows.map(([code, title, means, act, shell]) => ({
  code,
  title,
  means,
  act,
  example: shell === "" ? undefined : { files: {}, shell },
}));

/** The explanations of every code, in the order of the codes. */
export async function allExplanations(): Promise<readonly Explanation[]> {
  const others = await (await loadEngine()).loadExplanations();
  return [...others, ...ownExplanations].sort((a, b) => byText(a.code, b.code));
}
