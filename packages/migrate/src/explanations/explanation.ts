/** What a code of a diagnostic, a reason or an assumption means, what to do about it, and what shows it. */
export interface Explanation {
  readonly code: string;
  /** A few words, without a full stop. */
  readonly title: string;
  readonly means: string;
  readonly act: string;
  readonly example: Example | undefined;
}

/** A repository, as small as it can be, whose plan has the code; then commands, where files alone do not show it. */
export interface Example {
  /** Texts by path. `pulumiYaml` is in every example, and pages say so once. */
  readonly files: Readonly<Record<string, string>>;
  readonly shell: string;
}

export const workflowPath = ".github/workflows/deploy.yml";

export const pulumiYaml = "name: network\nruntime: nodejs\n";

/** One operation of each kind, as a step. */
export const up = "- uses: pulumi/actions@v6\n  with: { command: up, stack-name: acme/network/prod }\n";
export const look = up.replace("command: up", "command: preview");
export const pullRequests = "{ pull_request: { branches: [main] } }";

const push = "{ push: { branches: [main] } }";
const token = "env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n";
const checkout = "- uses: actions/checkout@v4\n";

/** A step that runs one command. */
export function command(line: string): string {
  return `- run: ${line}\n`;
}

/** A repository whose one workflow has one job of these steps; `lines` stand in the job before them. */
export function steps(all: string, on = push, lines = ""): Example {
  return jobs(job("deploy", all, lines), on);
}

/** A repository whose one workflow has these jobs. */
export function jobs(all: string, on = push): Example {
  return workflow(`on: ${on}\n${token}jobs:\n${all}`);
}

/** A repository with this text as its one workflow. */
export function workflow(text: string): Example {
  return { files: { "Pulumi.yaml": pulumiYaml, [workflowPath]: text }, shell: "" };
}

export function job(id: string, all: string, lines = ""): string {
  const runner = lines.includes("runs-on:") ? "" : "runs-on: ubuntu-latest\n";
  return `  ${id}:\n${indented(4, `${runner}${lines}steps:\n${indented(2, checkout + all)}`)}`;
}

/** The example with further files. */
export function beside(example: Example, files: Readonly<Record<string, string>>): Example {
  return { ...example, files: { ...example.files, ...files } };
}

/** The example whose jobs may ask GitHub for an identity. */
export function identified(example: Example): Example {
  const text = example.files[workflowPath] ?? "";
  return beside(example, { [workflowPath]: text.replace("jobs:\n", "permissions: { id-token: write }\njobs:\n") });
}

/** The example with these commands run in it. */
export function after(example: Example, shell: string): Example {
  return { ...example, shell };
}

function indented(by: number, text: string): string {
  return text.replace(/^(?=.)/gm, " ".repeat(by));
}

/** A preview of pull requests beside the update of pushes, each in a job of its own. */
export function previewAndUpdate(
  preview: string,
  update: string,
  on = "{ push: { branches: [main] }, pull_request: { branches: [main] } }",
): Example {
  return jobs(
    job("preview", preview, "if: github.event_name == 'pull_request'\n") +
      job("update", update, "if: github.event_name == 'push'\n"),
    on,
  );
}

/** A repository whose owner has answered a question. */
export function answered(example: Example, key: string, value: string): Example {
  return beside(example, { "gha2pulumi.yaml": `answers:\n  ${key}: ${value}\n` });
}
