import { tableOf, type Span } from "@gha2pulumi/repo";

/** What no file can show and a verdict therefore takes for granted, each said once above the verdicts. */
export const assumptions: ReadonlyMap<string, string> = new Map([
  [
    "GP260",
    "No other repository calls a workflow or uses an action of this one whose step asks Pulumi Deployments: the script of the call is not there, and the step would fail.",
  ],
  [
    "GP261",
    "What a step that asks Pulumi Deployments says itself (a role of AWS, commands before the operation) stands over the settings of the stack for that deployment. Where it did not, the roles would refuse: each lets in only the operations that take it.",
  ],
  [
    "GP657",
    "An operation whose step sends values of its own (variables, commands, a role) is started by that step alone: one that somebody starts in Pulumi Cloud has what the settings of the stack say, and none of them.",
  ],
  [
    "GP286",
    "The variable PULUMI_DEPLOYMENTS_LIVE is not set, neither for the repository, nor for its environments or organisation: a guard changes nothing until it is.",
  ],
  ["GP601", "The settings program has been deployed with `live` set to true, from the branch the workflows ran on."],
  [
    "GP602",
    "Each configuration value of the settings program holds what the secret or variable of the same name holds today.",
  ],
  [
    "GP603",
    "The role that takes the place of static keys may do what the keys may do, and trusts Pulumi's issuer for this stack.",
  ],
  [
    "GP511",
    "The stack's deployment settings were declared before this change already. Where `live` was on, its workflow and Deployments both ran the operation; from now on only Deployments does.",
  ],
  [
    "GP516",
    "What the settings file says is what Pulumi Cloud has: it was pushed from there while the CLI could, and nothing was changed in the console since.",
  ],
  ["GP604", "The Pulumi GitHub App is installed and covers this repository."],
  [
    "GP732",
    "Deployments hears every push and pull request: those for which GitHub starts no workflow too, because the run's own token (`GITHUB_TOKEN`) made them, or because the commit says `[skip ci]`.",
  ],
  ["GP605", "A person who started the workflow by hand starts the same operation in Pulumi Cloud instead."],
  ["GP606", "An operation started by hand for another branch than the stack's is started with `--git-branch`."],
  ["GP607", "Deployments previews draft pull requests as it does others; its documentation does not say."],
  [
    "GP608",
    "Pull requests from forks are not previewed with the stack's credentials; the documentation of Deployments does not say. Keep previews off in a public repository until you know.",
  ],
  ["GP609", "Deployments installs the program's dependencies from the same lockfile by itself."],
  ["GP610", "Commands before an operation start in the project's folder, and one that fails stops the deployment."],
  ["GP611", "The language and tool versions of the deployment's image serve as well as those the workflow set up."],
  [
    "GP612",
    "The stack exists in Pulumi Cloud, and what it reads from other stacks and environments is open to it. A deployment, a preview too, may do everything with its stack, whatever the workflow's own token may do.",
  ],
  [
    "GP613",
    "What the program does with `GITHUB_TOKEN` it may do with the token Deployments injects: that of the Pulumi GitHub App, which may do more.",
  ],
  [
    "GP614",
    "Wildcards of path filters match names that begin with a dot, as on GitHub; its documentation does not say.",
  ],
  [
    "GP616",
    "Pull requests into other branches than the stack's are not previewed by themselves any more; whoever wants a preview starts it with `pulumi deployment run preview --git-branch`.",
  ],
  [
    "GP617",
    "Pull requests are previewed when they are opened and on every new commit, where the workflow did so only for some actions.",
  ],
  [
    "GP618",
    "Actions of a pull request that bring no commit (a label, leaving draft) start no preview any more; the last commit has one.",
  ],
  ["GP619", "The configuration value `branch` names the branch whose pull requests are to be previewed."],
  [
    "GP620",
    "Flags of the CLI that only the update or only the preview was given (such as `--refresh`) are of no consequence for a preview.",
  ],
  [
    "GP621",
    "Previews of pull requests no longer wait for other jobs, such as tests, or for each other: a preview changes nothing, and those jobs stay.",
  ],
  [
    "GP622",
    "A step that asks Pulumi Deployments runs the operation on the commit it hands over, waits for its end, and fails when it fails; its token may start deployments of the stack.",
  ],
  [
    "GP623",
    "The repository variable `PULUMI_ORGANIZATION` names the organisation in which the settings program is deployed.",
  ],
  [
    "GP624",
    "A token of yours takes the place of the run's own (`GITHUB_TOKEN`) where dependencies are installed with it; it may read the same packages.",
  ],
  [
    "GP625",
    "A pull request is taken as its head stands, where the workflow took GitHub's trial merge into the base branch.",
  ],
  [
    "GP527",
    "Commands before Pulumi that are not known here do the same inside a deployment, in its image and its clone; you said so.",
  ],
  [
    "GP626",
    "Pulumi needs nothing that the unknown steps before it leave on the runner (a file, a variable, a login, a connection to a private network, a service that goes on running); you said so.",
  ],
  [
    "GP627",
    "The Pulumi GitHub App comments on the pull request what a called operation shows, where the workflow asked `pulumi/actions` to do so.",
  ],
  [
    "GP628",
    "What is called for a closed pull request runs on the commit it was merged as, or, where it may be left unmerged, on what the base branch holds: a destroy, which removes what the state names.",
  ],
  [
    "GP629",
    "The clone of a deployment holds the history and the tags that the workflow checks out (`fetch-depth`, `fetch-tags`), where the program reads them; its documentation does not say.",
  ],
  [
    "GP730",
    "A deployment takes the commit of the push or of the pull request, where the workflow checks out the tip that its branch has by then (`ref:`).",
  ],
  [
    "GP731",
    "Inputs that `pulumi/actions` does not have change nothing: GitHub warns of them, and the action never sees them.",
  ],
  [
    "GP678",
    "What a workflow checks out by `ref:` before it asks for a deployment is a commit of a branch or tag of this repository, which a deployment can clone; its files say the same as those read here, and the script of the call is among them, as it is in no commit from before this change.",
  ],
  [
    "GP679",
    "The login to Google Cloud acts for no service account, and the grants are those of the workload itself. A service account has been made for the stack, which a deployment acts for; it may do what the workload may do.",
  ],
  [
    "GP680",
    "Drift detection compares the cloud with the state; what the program would change is not looked for by the clock any more, as you answered.",
  ],
  [
    "GP681",
    "Drift detection writes nothing: the state keeps what it says, and drift is found again until somebody refreshes or updates, as you answered.",
  ],
  ["GP682", "A drift run that finds drift fails, where the workflow passed, as you answered."],
  [
    "GP683",
    "Remediation updates the stack only where detection finds drift: a commit that waits for the clock is not deployed by it, as you answered.",
  ],
  ["GP684", "The role admits the token of a drift run too; what that token calls its operation is documented nowhere."],
  [
    "GP685",
    "The organisation's edition of Pulumi Cloud has schedules. They start on time and go on, where GitHub starts late, leaves runs out under load, and stops those of a public repository after 60 days without activity.",
  ],
  [
    "GP686",
    "Where a schedule names days of the month and days of the week, either is enough, as POSIX says and GitHub does; the documentation of Deployments does not say.",
  ],
  [
    "GP687",
    "Review stacks do what the workflow's own stacks did, as you answered: Pulumi names them (`pr-…`, documented for GitLab alone), they copy the configuration of the template stack `pr`, Pulumi Cloud decides who may change them, and pull requests of forks are treated as its documentation does not say.",
  ],
  ["GP688", "Pull requests into other branches than the template's get no stack any more, as you answered."],
  ["GP689", "A pull request that is reopened gets its stack again at once, where the workflow waited for a commit."],
  [
    "GP745",
    "A preview that stays in the workflow no longer runs before the update of its stack, but beside it: it may show what the update has done already, and the update does not wait for it.",
  ],
  [
    "GP690",
    "The workflow goes on destroying what it made. For pull requests opened after the change it finds no stack, and its job may fail; it goes once its stacks are gone.",
  ],
  [
    "GP640",
    "The settings program is deployed as its files are, with `live` false, and nothing else sets `live` for its stack: none of its settings starts anything.",
  ],
  [
    "GP750",
    "Each variable that was answered holds that value; jobs with a GitHub environment, which may give it another one, do not go by the answer. Conditions on variables stay with the workflow; changing a variable's value later does not change what Pulumi Deployments does.",
  ],
  [
    "GP522",
    "The stack that was answered for a job is the one it works on today, on each branch and event for which the verdicts show it: no file says so, and both sides are compared with that answer.",
  ],
  [
    "GP523",
    "The state in Pulumi Cloud is that of what runs, as you answered: the operations that keep a state of the same stack elsewhere are of no consequence.",
  ],
  [
    "GP541",
    "What ran on a runner that GitHub does not host runs on one of Pulumi's own, as you answered: it needs nothing of that machine, of its network and tools, or of what earlier runs left there.",
  ],
  [
    "GP691",
    "Configuration that the workflow sets for each run is what the stack's file says already; a commit that changes the file changes the value from now on.",
  ],
  ["GP692", "A deployment runs once: where it fails, nobody tries again, as the workflow did."],
  [
    "GP693",
    "A deployment runs for as long as it takes: the workflow stopped the operation after a time, and no setting says so.",
  ],
  [
    "GP694",
    "What the step writes into the summary of its run is missed by nobody: Pulumi Cloud shows what the operation prints.",
  ],
  [
    "GP695",
    "Every push is deployed, one after the other: in the workflow's concurrency group a newer run took the place of one that waited, or ended one that ran. `skipIntermediateDeployments` is not set, as it would skip previews and called deployments too.",
  ],
  [
    "GP696",
    "The operation has enough of the processors and memory that Deployments gives it, and needs no address or network of the larger machine that the workflow ran on.",
  ],
  [
    "GP697",
    "The update shows a preview of its own and stops where that fails: it no longer waits for the job with the preview.",
  ],
  [
    "GP698",
    "Code of this repository that is part of the program was not looked at: it reads no variable that GitHub sets for a run, such as `GITHUB_SHA`.",
  ],
  [
    "GP699",
    "What is built before the operation reads no variable that GitHub sets for a run, such as `GITHUB_SHA` or `CI`: the programs and sources of the build were not looked at.",
  ],
  [
    "GP656",
    "What the program does in Pulumi Cloud itself is open to the token of a deployment, which is one for its stack alone, whatever the workflow's own token may do.",
  ],
  [
    "GP722",
    "The tool that a step before the operation puts in place, and that the image of Deployments does not have, is called by nothing that the operation runs: neither by the program nor by a provider.",
  ],
  [
    "GP658",
    "The program, and what it depends on, works with the language of the deployment's image: the version that a step of the workflow pins is older than any of the image.",
  ],
  [
    "GP723",
    "A deployment has a container engine (Docker) for what the program builds or runs with one; its documentation does not say.",
  ],
  [
    "GP724",
    "Commits that a workflow pushes so that GitHub starts nothing for them (with the run's own token, or with `[skip ci]`) may be deployed: Deployments hears them too, where they reach the stack's branch and paths.",
  ],
  [
    "GP725",
    "Nobody stops an update by changing a repository variable that a check before it may read: in the deployment it has the value with which the settings were deployed.",
  ],
  [
    "GP726",
    "An operation that runs goes on to its end: in the workflow's concurrency group (`cancel-in-progress`) the next run ended it.",
  ],
  ["GP615", "The branch of the stack is the repository's default branch, on which GitHub runs schedules."],
]);

/** The codes of what the deployments package takes for granted under names of its own. */
const named: Readonly<Record<string, string>> = tableOf({
  "manual-start": "GP605",
  "manual-branch": "GP606",
  "either-day": "GP686",
  "draft-previews": "GP607",
  "fork-previews": "GP608",
});

/** The name of an assumption that is made about one place in a file. */
export function placed(code: string, { path, start }: Span): string {
  return `${code} ${start} ${path}`;
}

/** The place in a file that an assumption is about, where it is about one. */
export function assumptionPlace(name: string): Span | undefined {
  const [, start, path] = /^GP\d{3} (\d+) (.+)$/s.exec(name) ?? [];
  return path === undefined ? undefined : { path, start: Number(start), end: Number(start) };
}

export function assumptionCode(name: string): string {
  return named[name] ?? (assumptionPlace(name) === undefined ? name : name.slice(0, 5));
}
