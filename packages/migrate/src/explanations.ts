import { findingKinds } from "@gha2pulumi/trust";

interface Explanation {
  readonly title: string;
  readonly text: string;
}

/** The long text of every code a plan may show, for `gha2pulumi explain CODE`. */
export const explanations: ReadonlyMap<string, Explanation> = new Map([
  ...(
    [
      [
        "GP101",
        "a workflow that GitHub does not run",
        "The file does not parse, has no trigger, or its jobs wait for themselves. GitHub ignores such a file, so nothing in it is moved and it is kept as it is. Mend it and plan again.",
      ],
      [
        "GP102",
        "a workflow that is read, and not edited",
        "Duplicate keys, merge keys or a `!tag` mean something else to GitHub than to other readers of YAML. What can be read is shown; the file is not edited.",
      ],
      [
        "GP201",
        "an operation in a file that GitHub does not run",
        "What the text means is shown, but nothing is moved out of a file that does not work today.",
      ],
      [
        "GP202",
        "an unknown operation",
        "Whether this is an update, a preview, a refresh or a destroy depends on something that is typed in or computed while the workflow runs.",
      ],
      [
        "GP203",
        "an unknown project folder",
        "The folder is computed, leads out of the repository, or has no Pulumi.yaml. Deployments needs the folder of a project.",
      ],
      [
        "GP204",
        "an unknown stack",
        "No file says which stack is meant. Answer the question with `--answer KEY=STACK` or in gha2pulumi.yaml; a repository variable can be answered as `vars.NAME`.",
      ],
      [
        "GP205",
        "a condition that no file decides",
        "An `if:`, a matrix or a script decides while it runs whether this happens. Deployments would do it always, or never.",
      ],
      [
        "GP206",
        "a GitHub environment",
        "An environment may have reviewers, a wait timer or a branch policy. Deployments has no approval, so it counts as a gate until you say which environments are protected: `--answer environments.protected=none`, or their names.",
      ],
      [
        "GP207",
        "something it waits for",
        "Other jobs, steps or operations have to be done first. Deployments would start at once. Such an operation becomes a call where its step allows it: the workflow keeps the gate and asks Deployments to run.",
      ],
      [
        "GP208",
        "a step it shares",
        "Operations of one step go or stay together, because the step is one piece of the file.",
      ],
      [
        "GP209",
        "a part that cannot be taken out alone",
        "What stays in the job relies on the step, or the job is a call of a reusable workflow of which only a part would move.",
      ],
      [
        "GP210",
        "state outside Pulumi Cloud",
        "Deployments only works with stacks in Pulumi Cloud. Moving state is a step of its own: https://www.pulumi.com/docs/iac/concepts/state-and-backends/",
      ],
      [
        "GP211",
        "an unknown backend",
        "The login URL is a variable or a secret, or one of a Pulumi Cloud that somebody runs; whether it has Deployments cannot be told.",
      ],
      [
        "GP212",
        "steps behind it",
        "Later steps of the job use its outcome, or run when it fails. Deployments has no steps behind an operation. Such an operation becomes a call where its step allows it.",
      ],
      [
        "GP213",
        "jobs or workflows behind it",
        "Something in the repository starts when this is done. Such an operation becomes a call where its step allows it.",
      ],
      [
        "GP214",
        "a flag without a counterpart",
        "Deployment settings cannot say --target, --replace, config overrides, policy packs, saved plans and the like.",
      ],
      [
        "GP215",
        "a value that changes from run to run",
        "An environment variable or a role holds the commit, a run number or the output of a step. Settings are the same for every run.",
      ],
      [
        "GP216",
        "credentials that only the job fetches",
        "Credentials come from a file, from another system or from an ESC environment that the workflow opens. Import the ESC environment in the stack's own file, and the operation can move.",
      ],
      [
        "GP217",
        "stacks that are created with a computed name",
        "Deployments does not create stacks, and no list of these names exists in the files.",
      ],
      [
        "GP218",
        "a file that cannot be edited safely",
        "The edit was tried and given up, for the reason in the message: an anchor, a duplicate key or a difference after reading the result again.",
      ],
      [
        "GP219",
        "a program that may run Pulumi",
        "A program or action that is not in the repository, or that nobody can read, is handed a Pulumi token or has Pulumi in its name. What it does is not known, so it stays as it is. A wrapper of your own can be described in gha2pulumi.yaml.",
      ],
      [
        "GP220",
        "an identity that changes from run to run",
        "The role, or another value of a login, is the output of a step or depends on the run. Settings take one role for every run. A role of AWS can be asked for by a step of the workflow; other logins stay.",
      ],
      [
        "GP221",
        "a step before it whose effect is not known",
        "Nobody has shown that the action or command works inside a deployment, or that the operation can do without it.",
      ],
      [
        "GP222",
        "configuration written by the workflow",
        "`pulumi config set` before an operation makes its configuration depend on the run. Put fixed values into the stack's file or into ESC, and the operation can move.",
      ],
      [
        "GP223",
        "changes of state",
        "`pulumi state`, `import`, `cancel` and the like change what a stack is. No deployment setting says that.",
      ],
      [
        "GP224",
        "a login without a counterpart",
        "The step leaves files or values behind that deployment settings cannot produce.",
      ],
      ["GP225", "role chaining", "One identity assumes a second role. Settings take one role per cloud."],
      [
        "GP226",
        "a runner without a counterpart",
        "Deployments runs in a hosted Linux container: no other systems, no service containers, no job containers. What runs on a runner of your own (`self-hosted`) moves once you name a pool of customer-managed agents for it.",
      ],
      [
        "GP227",
        "variables of commands before it",
        "Commands before the operation see other values than the operation itself, or the run's own token. A deployment has one environment for all of them.",
      ],
      [
        "GP228",
        "another checkout",
        "The workflow checks out something else than the repository at the revision of the event. A deployment clones the repository and nothing else.",
      ],
      [
        "GP229",
        "something that is done before it",
        "A step before the operation builds an image, pushes it, checks something or tells somebody. Deployments would start at once and not wait for that. Such an operation becomes a call, behind those steps.",
      ],
      [
        "GP230",
        "pushes to several branches",
        "A stack has exactly one branch. Give each branch its own stack, or leave the workflow in place.",
      ],
      ["GP231", "a push that does not update", "Deployments answers a push with an update and nothing else."],
      ["GP232", "a tag", "Tag triggers exist in Pulumi Cloud, but version 1.3.0 of its provider cannot declare them."],
      [
        "GP233",
        "other pull request actions",
        "Deployments previews pull requests when they are opened and on new commits. A workflow that hears only labels, reviews or closing means something else.",
      ],
      [
        "GP234",
        "pull requests into other branches",
        "Deployments previews only pull requests into the stack's own branch. Where a workflow previews those into any branch, the others are given up (GP616 says so) unless `--answer previews.other-bases=keep`; where it names several branches, it stays unless `--answer previews.other-bases=drop`.",
      ],
      [
        "GP235",
        "a pull request that changes a stack",
        "Review stacks are the nearest thing, and they are not the same.",
      ],
      [
        "GP236",
        "pull requests that are left out",
        "A condition leaves out drafts, forks, authors or labels. Deployments does not, and a preview runs with the stack's credentials.",
      ],
      ["GP237", "values typed in by hand", "A deployment started by hand runs the settings as they are."],
      [
        "GP238",
        "an event Deployments does not hear",
        "Releases, other workflows, comments, merge queues and calls from other repositories start nothing there, and its schedules are in UTC.",
      ],
      [
        "GP239",
        "a workflow for other repositories",
        "Who calls it is not in the files, so it stays; move the callers.",
      ],
      [
        "GP240",
        "path filters that mean something else",
        "In Deployments an exclude always wins and only `*` and `**` are documented. Filters that rely on order or other signs are not translated.",
      ],
      ["GP241", "another folder", "All operations of a stack run in one folder."],
      [
        "GP242",
        "another role",
        "A stack has one role per cloud for all operations. Letting a preview take the role of an update would give pull requests the power to deploy. Its workflow goes on asking for it, with its own role in AWS, and each role lets in only the operations that take it; in other clouds it stays.",
      ],
      ["GP243", "another environment", "A stack has one set of environment variables for all operations."],
      [
        "GP244",
        "other commands before it",
        "A stack has one list of commands that run before every operation. A step that asks for it can send its own.",
      ],
      ["GP245", "another version of the CLI", "A stack has one image for all operations."],
      ["GP246", "another path filter", "A stack has one list of paths for updates and previews alike."],
      [
        "GP247",
        "a schedule of another branch",
        "GitHub runs schedules on the default branch. A stack's schedules run on the stack's own branch, so a stack that is updated from another branch cannot take this one over.",
      ],
      [
        "GP248",
        "a failure that is passed over",
        "`continue-on-error` lets the job or the workflow go on when the operation fails. A deployment that fails has failed.",
      ],
      [
        "GP249",
        "a confirmation nobody gives",
        "Outside a terminal the CLI refuses to change a stack without `--yes` or `--skip-preview`. The workflow has never done it; a deployment would.",
      ],
      [
        "GP250",
        "a file that a program writes",
        "The comment at its top says that the workflow is generated. An edit would be undone the next time, so move the operation in what generates it.",
      ],
      [
        "GP254",
        "a stack that is removed",
        "A destroy with `remove` deletes the stack, and with it its deployment settings: nothing would start the stack's other operations any more. And settings say once for every destroy of a stack whether it is removed. So all operations of the stack stay.",
      ],
      [
        "GP251",
        "an operation that cannot become a call",
        "The workflow would keep its gates and ask Deployments to run the operation, but the step, its job or the values it uses do not allow that, for the reason in the message.",
      ],
      [
        "GP252",
        "unknown steps that leave nothing behind",
        "What a step before the operation does is not known, and you said that Pulumi needs nothing it leaves on the runner. The step stays, and a call waits for it.",
      ],
      [
        "GP253",
        "a secret written out",
        "Something in the workflow looks like a key, a token or a password. It would be copied into the settings program and into plans, so the operation stays until it is a secret, with a new value.",
      ],
      [
        "GP265",
        "files before it that its program cannot reach",
        "A step before the operation leaves nothing but files on the runner, outside the project's folder. The program is in the repository, and nothing it imports or says can read a file there, so Pulumi does without them. The step stays, and a call waits for it.",
      ],
      ["GP255", "another runner", "A stack has one pool of agents, or none, for all operations."],
      [
        "GP280",
        "a look for drift by the clock",
        "Deployments has drift schedules: a refresh that only previews, and fails on any change. Where the workflow does exactly that, it moves. Where it also compares the program, writes the state, or passes whatever it finds, the question `schedule/<workflow file>/<job>` asks whether that may end: `detect` or `keep`. Azure has to name every operation in a credential, and that of a drift run is documented nowhere.",
      ],
      [
        "GP281",
        "an update by the clock that refreshes",
        "It takes back by itself whatever was changed by hand. The question `schedule/<workflow file>/<job>` asks whether Deployments shall go on doing so: `update` every time, `remediate` only where it finds drift, or `keep` it in the workflow.",
      ],
      [
        "GP282",
        "a schedule that means something else there",
        "Both are five cron fields in UTC, and what both documents say is taken over: numbers, lists, ranges and steps; names of months and weekdays become numbers. Signs beyond that (`@daily`, `7/10`, `L`) are not, nor is a schedule that GitHub cuts down to one start in five minutes. Such an operation becomes a call, and the workflow keeps the clock.",
      ],
      [
        "GP283",
        "a stack for each pull request",
        "Deployments makes review stacks: from a template stack `pr` with its configuration, updated with each commit, destroyed with the pull request. They are not the same: Pulumi names them, pull requests into other branches get none, and a reopened one gets its own at once. So it is asked, `review-stacks/<project>`: `deployments` or `keep`. It is not asked where it would not work: other roles for destroying, guards, tests behind the update, clouds that compare whole subjects.",
      ],
      [
        "GP284",
        "a destroy that drains",
        "Review stacks take over for new pull requests. Those that are open have stacks that the workflow made, and only it knows their names, so its destroy stays. Delete it when none of them is left.",
      ],
      [
        "GP301",
        "a settings program that is left alone",
        "The settings program cannot say what is needed, or nothing can be added safely to the one that exists, for the reason in the message.",
      ],
      [
        "GP302",
        "settings that cannot be read",
        "A settings program of the repository uses something that is not read. It is left as it is, and the proof does not count on it.",
      ],
      [
        "GP303",
        "settings in another notation",
        "A settings file, or a program outside deployment-settings/, declares the settings of this stack or of one it does not name, and this tool cannot continue it. Whoever writes last would win, so nothing of the stack is moved. Take that declaration out, or set up the triggers there.",
      ],
      [
        "GP510",
        "settings that are declared otherwise",
        "The settings program declares this stack already. It is left as it is, byte for byte. The fields in the message are not what the workflows say; the operations that start, their stack, role and environment are the same, or the stack would not be moved. Change the program where the workflows are right.",
      ],
      [
        "GP512",
        "another version of the provider",
        "The settings program that new stacks join asks for a version of @pulumi/pulumiservice whose properties are not known here. Run `npx tsc --noEmit` in its folder before `pulumi up`: a property that version cannot express is an error there. Where there is one, take the version the settings are written for.",
      ],
      [
        "GP600",
        "a difference the proof found",
        "Played on the repository as it would be, an event did something else than before. The stack is left as it is. Please report it: the plan should have known.",
      ],
    ] as const
  ).map(([code, title, text]): [string, Explanation] => [code, { title, text }]),
  ...findingKinds.map(({ code, id, title, todo }): [string, Explanation] => [
    code,
    { title: lowered(title), text: `Seen in a trust rule, or in what becomes of it (${id}). What to do: ${todo}.` },
  ]),
]);

/** As titles begin here; a name keeps its capital. */
function lowered(title: string): string {
  return /^(?:GitHub|Azure|Pulumi|ESC|GCP|AWS)/.test(title) ? title : title.replace(/^./, (c) => c.toLowerCase());
}
