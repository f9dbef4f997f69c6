import { nearest, type Tree } from "@gha2pulumi/repo";
import { tellable } from "@gha2pulumi/workflow";
import { acceptable } from "./accepted.ts";
import { isSecretByName } from "./literal-secrets.ts";
import { stackAnswerForm } from "./stack-answer.ts";

interface AnswerKey {
  readonly key: RegExp;
  /** The key as documentation writes it. */
  readonly shown: string;
  readonly value: RegExp;
  /** What a value has to be, behind "it is". */
  readonly expected: string;
}

const codes = [...acceptable.keys()];

/** Every key that is read, one line each; a key nobody reads is a slip that would otherwise change nothing in silence. */
const answerKeys: readonly AnswerKey[] = [
  { key: /^repository$/, shown: "repository", value: /^[\w.-]+\/[\w.-]+$/, expected: "`owner/name`" },
  { key: /^default-branch$/, shown: "default-branch", value: /^[^\s~^:?*[\\]+$/, expected: "the name of a branch" },
  { key: /^organization$/, shown: "organization", value: /^[A-Za-z0-9_-]{1,40}$/, expected: "a Pulumi organisation" },
  {
    key: /^environments\.protected$/,
    shown: "environments.protected",
    value: /\S/,
    expected: "`none`, or names of environments with commas",
  },
  {
    key: /^environments\.secrets$/,
    shown: "environments.secrets",
    value: /\S/,
    expected: "`none`, or names of environments with secrets or variables of their own, with commas",
  },
  {
    key: /^accept$/,
    shown: "accept",
    value: new RegExp(`^(?:${codes.join("|")})(?:[\\s,]+(?:${codes.join("|")}))*$`),
    expected: `codes that can be accepted, with commas: ${codes.join(", ")}`,
  },
  {
    key: /^call\.login$/,
    shown: "call.login",
    value: /^(?:token|oidc(?::(?:team|user):[A-Za-z0-9][\w.-]*)?)$/,
    expected: "`token`, `oidc`, `oidc:team:NAME` or `oidc:user:NAME`",
  },
  {
    key: /^workflow-permissions$/,
    shown: "workflow-permissions",
    value: /^(?:read|write)$/,
    expected: "`read` or `write`, as the repository's settings for Actions have it",
  },
  {
    key: /^checks\.required$/,
    shown: "checks.required",
    value: /\S/,
    expected: "`none`, or names of checks with commas or semicolons",
  },
  {
    key: /^previews\.other-bases$/,
    shown: "previews.other-bases",
    value: /^(keep|drop)$/,
    expected: "`keep` or `drop`",
  },
  {
    key: /^language$/,
    shown: "language",
    value: /^(typescript|python|yaml)$/,
    expected: "`typescript`, `python` or `yaml`",
  },
  {
    key: /^settings\.block$/,
    shown: "settings.block",
    value: /^(github|vcs)$/,
    expected: "`github` or `vcs`, the block of the settings that names the repository",
  },
  {
    key: /^phase$/,
    shown: "phase",
    value: /^(all|prepare|switch|clean-up)$/,
    expected: "`all`, `prepare`, `switch` or `clean-up`",
  },
  {
    key: /^secrets$/,
    shown: "secrets",
    value: /^(config|esc)$/,
    expected: "`config` or `esc`",
  },
  { key: /^guard$/, shown: "guard", value: /^(yes|no)$/, expected: "`yes` or `no`" },
  { key: /^leaves$/, shown: "leaves", value: /^(nothing|run|something)$/, expected: "`nothing`, `run` or `something`" },
  {
    key: /^leaves\/[^/]+\/[^/]+$/,
    shown: "leaves/<workflow file>/<job>",
    value: /^(nothing|run|something)$/,
    expected: "`nothing`, `run` or `something`",
  },
  {
    key: /^stack\/[^/]+\/[^/]+$/,
    shown: "stack/<workflow file>/<job>",
    value: stackAnswerForm,
    expected:
      "`stack`, `organisation/stack` or `organisation/project/stack`, or one for each branch: `main=prod, dev=dev`",
  },
  {
    key: /^state\/[^/]+\/[^/]+$/,
    shown: "state/<project>/<stack>",
    value: /^(?:keep|pulumi-cloud)$/,
    expected: "`keep` or `pulumi-cloud`",
  },
  {
    key: /^schedule\/[^/]+\/[^/]+$/,
    shown: "schedule/<workflow file>/<job>",
    value: /^(keep|detect|update|remediate)$/,
    expected: "`keep`, `detect`, `update` or `remediate`, as the question offers",
  },
  {
    key: /^login-key\/[^/]+\/[^/]+$/,
    shown: "login-key/<workflow file>/<job>",
    value: /^(?:drop|carry)$/,
    expected: "`drop` or `carry`",
  },
  {
    key: /^pull-request-head\/[^/]+\/[^/]+$/,
    shown: "pull-request-head/<workflow file>/<job>",
    value: /^(?:keep|head)$/,
    expected: "`keep` or `head`",
  },
  {
    key: /^review-stacks\/.+$/,
    shown: "review-stacks/<project>",
    value: /^(keep|deployments)$/,
    expected: "`keep` or `deployments`",
  },
  {
    key: /^oidc\.subjects$/,
    shown: "oidc.subjects",
    value: /^(?:names|ids)$/,
    expected: "`names` or `ids`, as GitHub's interface tells at `actions/oidc/customization/sub`",
  },
  {
    key: /^repository-ids$/,
    shown: "repository-ids",
    value: /^\d+\/\d+$/,
    expected: "the ids of owner and repository, `1001/2002`",
  },
  {
    key: /^vars\.[A-Za-z_]\w*$/,
    shown: "vars.<NAME>",
    value: tellable,
    expected:
      "a name (a stack, a folder, a role), for jobs without an environment; a switch such as `true` stays a condition of the workflow, and is not answered",
  },
  {
    key: /^agent-pool\/.+$/,
    shown: "agent-pool/<labels>",
    value: /\S/,
    expected: "`hosted`, or the id of a pool of agents",
  },
  {
    key: /^operation-guard\..+$/,
    shown: "operation-guard.<role>",
    value: /^(?:no|yes(?:,[a-z][a-z0-9-]*)*)$/,
    expected: "`no`, `yes`, or `yes` and prefixes of IAM's actions with commas: `yes,s3,logs`",
  },
  { key: /^trust-policy\..+$/, shown: "trust-policy.<role>", value: /\S/, expected: "a policy as JSON, or its file" },
];

/** What is wrong with an answer, and what to write instead. */
export interface AnswerProblem {
  readonly what: string;
  readonly help: string;
}

/** What is wrong with an answer in any repository: nobody asks for its key, or its value answers nothing. */
export function malformedAnswer(key: string, value: string): AnswerProblem | undefined {
  const known = answerKeys.find((one) => one.key.test(key));
  if (!known)
    return {
      what: `there is no question \`${key}\``,
      help: `did you mean \`${
        nearest(
          key,
          answerKeys.map(({ shown }) => shown),
        ) ?? ""
      }\`?`,
    };
  const variable = nameOfVariable(key);
  if (variable !== undefined && isSecretByName(variable, value))
    return {
      what: `the answer to \`${key}\` looks like a secret`,
      help: "leave it out: a value that no file tells is asked for when the settings program runs",
    };
  return known.value.test(value.trim())
    ? undefined
    : { what: `\`${value}\` is no answer to \`${key}\``, help: `it is ${known.expected}` };
}

/** What is wrong with an answer, and what to write instead; `undefined` when it can be used in this repository. */
export function answerProblem(key: string, value: string, tree: Tree): AnswerProblem | undefined {
  const malformed = malformedAnswer(key, value);
  if (malformed !== undefined) return malformed;
  const variable = nameOfVariable(key);
  if (variable !== undefined && !isRead(variable, tree))
    return { what: `no workflow or action reads \`${key}\``, help: "take the name from the plan, or leave it out" };
  const file = /^(?:leaves|schedule|stack|login-key|pull-request-head)\/([^/]+)\//.exec(key)?.[1];
  return file === undefined || tree.has(`.github/workflows/${file}`)
    ? undefined
    : {
        what: `\`${key}\` is about .github/workflows/${file}, which is not there`,
        help: "take the key from the plan's questions",
      };
}

/** The variable that an answer tells: `vars.STACK`. */
export function nameOfVariable(key: string): string | undefined {
  return /^vars\.(\w+)$/.exec(key)?.[1];
}

/** How an expression reads a variable, as far as a look at a text tells. */
export function mentionOf(variable: string): RegExp {
  return new RegExp(`\\bvars\\s*(\\.|\\[\\s*['"])\\s*${variable}\\b`, "i");
}

/** Whether a workflow or an action speaks of a variable. */
function isRead(name: string, tree: Tree): boolean {
  const mention = mentionOf(name);
  return [...tree].some(([path, text]) => /\.ya?ml$/.test(path) && mention.test(text));
}
