/** Examples under the help of each command: what to type, and what it is good for. */
export const examples: Readonly<Record<string, readonly (readonly [line: string, what: string])[]>> = {
  summary: [
    ["gha2pulumi", "this folder"],
    ["gha2pulumi ../network", "another one"],
  ],
  plan: [
    ["gha2pulumi plan", "everything there is to know, on the terminal"],
    ["gha2pulumi plan --answer stack/deploy.yml/update=acme/network/prod", "with a question answered"],
    ["gha2pulumi plan --out plan.json", "to be reviewed, and written later with apply"],
    ["gha2pulumi plan --phase prepare", "the first of three phases: nothing runs differently"],
    ["gha2pulumi plan --format github", "in a step of a workflow: annotations, and the report in its summary"],
  ],
  migrate: [
    ["gha2pulumi migrate", "show the changes, ask, write"],
    ["gha2pulumi migrate --phase prepare --secrets esc", "settings that start nothing, and a relay for the secrets"],
    ["gha2pulumi migrate --phase prepare --guard", "and a variable that stops the workflows when it is set"],
    ["gha2pulumi migrate --phase switch", "afterwards: workflows out, settings on"],
    ["gha2pulumi migrate --yes --keep-plan", "write without asking, and keep what rollback needs"],
  ],
  apply: [["gha2pulumi apply plan.json", "what was reviewed, and nothing else"]],
  rollback: [["gha2pulumi rollback gha2pulumi.plan.json", "every file as it was before"]],
  resume: [["gha2pulumi resume", "after the power failed in the middle of a write"]],
  verify: [
    ["gha2pulumi verify", "the folder against the last commit"],
    ["gha2pulumi verify --base origin/main", "a branch against where it began"],
  ],
  iam: [
    ["gha2pulumi iam", "who may assume which role, before and after"],
    ["gha2pulumi iam --out iam", "documents, diffs, a proof, and scripts for both steps and back"],
  ],
  secrets: [
    ["gha2pulumi secrets", "names, and where each goes"],
    ["gha2pulumi secrets --out .github/workflows/relay.yml", "a workflow that carries the values, to be run once"],
  ],
  settings: [
    ["gha2pulumi settings diff", "what somebody changed in the console"],
    ["gha2pulumi settings snapshot --out before.json", "before a phase changes anything"],
    ["gha2pulumi settings restore before.json", "show what would be sent, ask, send it"],
  ],
  check: [
    ["gha2pulumi check", "in CI, with PULUMI_ACCESS_TOKEN; exit code 12 where something differs"],
    ["gha2pulumi check --out check.sarif", "for GitHub's code scanning"],
  ],
  bot: [
    ["gha2pulumi bot plan", "what would become of every repository of gha2pulumi-bot.yaml"],
    ["gha2pulumi bot run", "open the pull requests of the next wave, and bring the others up to date"],
  ],
  audit: [
    ["gha2pulumi audit ~/src/acme", "all repositories in a folder"],
    ["gha2pulumi audit ~/src/acme --out audit.csv", "one row per operation, for a spreadsheet"],
    ["gha2pulumi audit ~/src/acme --out audit.html", "one page with filter and search, which needs no network"],
    [
      "gha2pulumi audit ~/src/acme --runs-per-month push=40 --minutes-per-run 3",
      "with a forecast of what would run in Pulumi Deployments",
    ],
  ],
  observe: [
    ["gha2pulumi observe", "the answers of this repository, with the token in GH_TOKEN"],
    ["gha2pulumi observe > gha2pulumi.yaml", "as the answers of the plans to come, where there is no such file yet"],
  ],
  forecast: [
    ["gha2pulumi forecast --runs-per-month push=40 --minutes-per-run 3", "from the workflows, and what you assume"],
    ["gha2pulumi forecast --history", "from the last 30 days of runs, which GitHub is asked for"],
  ],
  explain: [
    ["gha2pulumi explain GP204", "one code, with a workflow that shows it"],
    ["gha2pulumi explain", "the list"],
  ],
  completion: [
    ["source <(gha2pulumi completion bash)", "for this shell; in ~/.bashrc for every one"],
    ['gha2pulumi completion zsh > "${fpath[1]}/_gha2pulumi"', "once, then start zsh anew"],
    ["gha2pulumi completion fish > ~/.config/fish/completions/gha2pulumi.fish", "once"],
  ],
};

/** The examples of a command as its help shows them. */
export function exampleHelp(name: string): string {
  const lines = (examples[name] ?? []).map(([line, what]) => `  $ ${line}\n      ${what}`);
  return lines.length === 0 ? "" : `\nExamples:\n${lines.join("\n")}`;
}
