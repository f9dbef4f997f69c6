import { innermost, type Trail } from "@gha2pulumi/repo";
import type { Blocker, QuestionKey } from "./blocker.ts";
import type { Intent } from "./intents.ts";
import { listed } from "./stack-blockers.ts";

/** Something only a person can tell, asked once; the key is the same in an answer file and on the command line. */
export interface Question {
  readonly key: string;
  readonly text: string;
  readonly choices: readonly string[];
  readonly default: string | undefined;
  readonly effect: string;
  readonly from: readonly Trail[];
}

/**
 * The questions whose answers would change a decision: those of intents that nothing else holds back. What is called
 * without an answer, and would move with one, has it as the usual one.
 */
export function questionsOf(
  asking: readonly Intent[],
  called: readonly Intent[],
  blocked: ReadonlyMap<Intent, readonly Blocker[]>,
): readonly Question[] {
  const asked = new Map<string, QuestionKey[]>();
  const add = (intent: Intent): void => {
    for (const { question } of blocked.get(intent) ?? [])
      if (question) asked.set(question.key, [...(asked.get(question.key) ?? []), question]);
  };
  for (const intent of asking) add(intent);
  const open = new Set(asked.keys());
  for (const intent of called)
    if ((blocked.get(intent) ?? []).every(({ question }) => question !== undefined)) add(intent);
  return [...asked].map(([key, questions]) => {
    const question = wording(key, questions);
    return open.has(key) ? question : { ...question, default: usualAnswer(questions), effect: calledEffect(question) };
  });
}

/** The answer that means what is done without one: every environment is protected, previews of other bases are kept. */
function usualAnswer(questions: readonly QuestionKey[]): string {
  const isEnvironment = questions.every(({ kind }) => kind === "environments");
  return isEnvironment ? [...new Set(questions.flatMap(({ names }) => names))].join(",") : "keep";
}

function calledEffect({ effect }: Question): string {
  return `${effect} What is held back by nothing else asks Pulumi Deployments from the workflow until then.`;
}

/** What becomes of an operation that the clock starts, by its answer. */
const clockChoices: Readonly<Record<string, string>> = {
  keep: "`keep`: it stays in the workflow.",
  detect: "`detect`: a drift schedule looks for what differs between the cloud and the state, and writes nothing.",
  update: "`update`: a schedule updates the stack, refreshing first, and nobody watches.",
  remediate: "`remediate`: a drift schedule looks, and updates only where it found a difference; nobody watches.",
};

function wording(key: string, asked: readonly QuestionKey[]): Question {
  // Where one operation of a job needs a stack for each branch, they all do.
  const byBranch = asked.filter(({ kind }) => kind === "stacks");
  const questions = byBranch.length > 0 ? byBranch : asked;
  const [first] = questions;
  const choices = [...new Set(questions.flatMap((question) => question.choices))];
  const places = new Map(
    questions.map((question) => [`${innermost(question.from).path}:${innermost(question.from).start}`, question.from]),
  );
  const names = [...new Set(questions.flatMap((question) => question.names))].filter((name) => name !== "");
  const base = { key, choices, from: [...places.values()], default: undefined };
  switch (first?.kind) {
    case "stack":
      return {
        ...base,
        text:
          names.length > 0
            ? `Which stack is \`${names.join("`, `")}\`? (\`stack\`, \`org/stack\` or \`org/project/stack\`)`
            : "Which stack does this job operate on? (`stack`, `org/stack` or `org/project/stack`: the same on every branch that starts it, and for pull requests into every branch; else one for each, `main=STACK, dev=STACK`)",
        effect: `The operation moves to Pulumi Deployments on that stack. Without an answer it stays.${byVariable(names)}`,
      };
    case "stacks":
      return {
        ...base,
        choices: [],
        text: `Which stack does this job operate on, on each branch that starts it: ${listed(names)}? (${form(names)}, each \`stack\`, \`org/stack\` or \`org/project/stack\`; \`*\` is every branch that is not named)${stacksThere(choices)}`,
        effect: "The operation of each branch moves to Pulumi Deployments on its stack. Without an answer it stays.",
      };
    case "state":
      return {
        ...base,
        text: `The state of \`${names.join("/")}\` is in Pulumi Cloud for some operations, and elsewhere for others. Is the one in Pulumi Cloud that of what runs? (\`keep\` or \`pulumi-cloud\`)`,
        effect:
          "`pulumi-cloud`: the operations in Pulumi Cloud move as if there were no others. Without an answer, or with `keep`, they stay.",
      };
    case "organization":
      return {
        ...base,
        text: `Which Pulumi organisation do the operations belong to that do not name one (\`${names.join("`, `")}\`)?`,
        effect:
          "Those operations move with the others of their stack, or as stacks of that organisation. Without an answer they stay.",
      };
    case "environments":
      return {
        ...base,
        text: `Which of these GitHub environments have reviewers, a wait timer or a branch policy: ${names.join(", ")}? (\`none\`, or names with commas)`,
        effect:
          "Operations behind an environment without protection move. Without an answer every environment counts as protected.",
      };
    case "environment-secrets":
      return {
        ...base,
        text: `Which of these GitHub environments have secrets or variables of their own, in place of the repository's of the same names: ${names.join(", ")}? (\`none\`, or names with commas)`,
        effect:
          "A key without a value of its own there is the repository's, and one role takes its place. Without an answer each environment counts as having its own, and what logs in with another key than the stack's other operations stays.",
      };
    case "agent-pool":
      return {
        ...base,
        text: `Which pool of customer-managed agents takes the place of the runner \`${names.join("`, `")}\`? (the id of the pool${choices.length > 0 ? "; or `hosted`, if Pulumi needs nothing of that machine and its network" : ""})`,
        effect: `Operations on that runner move and run on the pool's agents (Enterprise edition)${choices.length > 0 ? ", or with `hosted` on Pulumi's own runners" : ""}. Without an answer they stay.`,
      };
    case "any-base":
      return {
        ...base,
        text: "Pull requests into several branches are previewed today. Deployments previews only those into the stack's branch. Keep the workflow's preview, or drop the others?",
        effect:
          "`drop` moves the preview and gives up previews of pull requests into other branches. Without an answer the preview stays.",
      };
    case "leaves":
      return {
        ...base,
        text: `Steps of the job \`${names.join("`, `")}\` before Pulumi are not known. Does Pulumi need anything they leave on the runner: a file, an environment variable, a login, a connection to a private network, a service that goes on running? (\`nothing\`; \`run\`, if their commands do the same inside a deployment; or \`something\`)`,
        effect:
          "`nothing`: those steps stay whole, no line of them runs in the deployment, and behind them the workflow asks Pulumi Deployments. `run`: their commands run in the deployment before Pulumi, as far as it has what they use. Without an answer it stays as it is.",
      };
    case "login-key":
      return {
        ...base,
        text: `The key of a login stands in the variables \`${names.join("`, `")}\` too. Does the program, or a command in front of it, read them for anything but the login? (\`drop\`: nothing does, or \`carry\`)`,
        effect:
          "`drop`: the role takes the place of the key, and the variables go. `carry`: the deployment has them as secrets beside the role, and the key goes on working. Without an answer the operation stays.",
      };
    case "pull-request-head":
      return {
        ...base,
        text: `The job \`${names.join("`, `")}\` updates a stack for open pull requests, on their merge into the base branch. Pulumi Deployments can only run their head: an update of a branch that is behind takes away what was merged since. Does a rule require branches to be up to date, or is the stack one for trying out? (\`head\`, or \`keep\`)`,
        effect:
          "`head`: the workflow asks Pulumi Deployments for an update on the head of the pull request. Without an answer it stays.",
      };
    case "review-stacks":
      return {
        ...base,
        text: `Each pull request gets a stack of the project \`${names.join("`, `")}\`, made and destroyed by the workflow. Shall Pulumi Deployments make review stacks instead? They copy the configuration of a stack \`pr\`, have names that Pulumi gives them, and are for pull requests into the template's branch alone.`,
        effect:
          "`deployments` moves the update to a template stack; the destroy stays until the stacks that are there are gone. Without an answer both stay.",
      };
    case "schedule":
      return {
        ...base,
        text: `The clock starts the job \`${names.join("`, `")}\`. ${choices.map((choice) => clockChoices[choice] ?? "").join(" ")}`.trim(),
        effect: "Any answer but `keep` moves it to a schedule of the stack. Without an answer it stays.",
      };
    case undefined:
      throw new Error(`a question without a place: ${key}`);
  }
}

function stacksThere(stacks: readonly string[]): string {
  return stacks.length === 0 ? "" : ` Stacks of the project: \`${stacks.join("`, `")}\`.`;
}

/** An answer by branch as it is typed. */
function form(branches: readonly string[]): string {
  return `\`${branches.map((branch) => `${branch}=STACK`).join(", ")}\``;
}

/** A variable may be told itself, once for all the places that read it as a name. */
function byVariable(names: readonly string[]): string {
  const read = names.map((name) => /^\$\{\{ (vars\.\w+)(?: \|\| '[^']*')? \}\}$/.exec(name)?.[1]);
  const [only] = read;
  return read.length === 1 && only !== undefined
    ? ` \`--answer ${only}=NAME\` answers it in every job without an environment.`
    : "";
}
