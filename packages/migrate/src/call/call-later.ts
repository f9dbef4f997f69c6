import { literal, written, type Tree } from "@gha2pulumi/repo";
import { actionDuty } from "../duty-actions.ts";
import type { Entry } from "../entry.ts";

const checkout = /^actions\/checkout$/i;
const logins = /^(aws-actions\/configure-aws-credentials|google-github-actions\/auth|azure\/login)$/i;
const setup = /(^|\/)(setup|install)[-\w]*$|^pulumi\/(auth-actions|setup-pulumi)$/i;
/** They ask an account, a cluster or a registry, and fail without a login. */
const ofClouds = /^(aws|gcloud|gsutil|az|kubectl|helm|terraform|docker|pulumi)$/;

/** A step that logs in to a cloud. */
export function isLogin({ command }: Entry): boolean {
  return command.kind === "uses" && logins.test(command.action);
}

/**
 * Package managers that ask no cloud for a login: neither npm and its like nor Go have helpers for one, and what puts a
 * registry's token in place (`aws codeartifact login`) is a command of its own. Those of Python may have such helpers.
 */
const fetches =
  /^(npm (ci|install|i)|pnpm (-w |--dir \S+ |-C \S+ )?(install|i)|yarn( --cwd \S+)?( install)?|bun (install|i)|go mod (download|tidy))( -{1,2}[\w=-]+)*$/;

/** Scripts of a package that its installation runs, and that may do anything. */
const scripted = /"(?:(?:pre|post)?install|(?:pre|post)?prepare|dependencies)"\s*:\s*"/;

/** Plug-ins and hooks of a package manager run with every installation, and may log in to a registry of a cloud. */
function hasHooks([path, text]: readonly [string, string]): boolean {
  return (
    /(^|\/)\.pnpmfile\.[cm]js$/.test(path) ||
    (/(^|\/)\.yarnrc\.yml$/.test(path) && /^plugins\s*:/m.test(text)) ||
    (/(^|\/)package\.json$/.test(path) && scripted.test(text))
  );
}

function onlyFetches(entry: Entry, tree: Tree): boolean {
  return (
    fetches.test(wordsOf(entry)) &&
    ![...entry.command.environment.keys()].some((name) => /REGISTRY|PROXY|GOAUTH|NPM_CONFIG/i.test(name)) &&
    ![...tree].some(hasHooks)
  );
}

/**
 * Whether a command does without any login of the job: one that looks or fetches packages, a checkout, a set-up, a report
 * to somebody.
 */
export function needsNoLogin(entry: Entry, tree: Tree): boolean {
  const { command, duty, operates } = entry;
  if (onlyFetches(entry, tree)) return true;
  if (operates.length > 0) return false;
  if (command.kind === "uses")
    return isSetUp(command.action) || isLogin(entry) || actionDuty(command.action) === "stands";
  if (command.kind !== "run") return false;
  const words = wordsOf(entry);
  if (ofNobody.test(words) && !ofCloud.test(words)) return true;
  if (ofPulumiCloud.test(words)) return !hasCloudKey(tree);
  return duty === "serves" && !ofClouds.test(programOf(entry));
}

/** Whether a command does without the token of Pulumi Cloud: none of Pulumi, and none that may run any program. */
export function needsNoToken(entry: Entry, tree: Tree): boolean {
  const { command } = entry;
  if (command.kind === "uses" && /pulumi/i.test(command.action)) return isSetUp(command.action);
  return programOf(entry) !== "pulumi" && needsNoLogin(entry, tree);
}

/** They ask who is named in their words, with what stands there: an address, GitHub. */
const ofNobody = /^(?:curl|wget|gh|git (?!.*\bcodecommit))\b/;
const ofCloud = /\b(?:AWS|GOOGLE|GCLOUD|CLOUDSDK|AZURE|ARM)_|--aws-sigv4|--netrc|169\.254\./;

/** They ask Pulumi Cloud alone, which opens secrets too, unless a stack's are under a key of a cloud. */
const ofPulumiCloud = /^pulumi (?:(?:-\S+|--\S+ \S+) )*(?:stack (?:select|output|ls)|login|whoami|version)\b/;

/** https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers */
function hasCloudKey(tree: Tree): boolean {
  return [...tree].some(
    ([path, text]) =>
      /(?:^|\/)Pulumi\.[^/]+\.ya?ml$/.test(path) && /^secretsprovider:\s*["']?(?!default|passphrase)\w/m.test(text),
  );
}

/** Whether a command does without the files that steps before it have written: checkouts, set-ups and logins. */
export function needsNoFiles(entry: Entry): boolean {
  const { command, operates } = entry;
  return command.kind === "uses" && operates.length === 0 && (isSetUp(command.action) || isLogin(entry));
}

function isSetUp(action: string): boolean {
  return checkout.test(action) || setup.test(action);
}

/** The program a command runs, without its folder; `""` for an action, or where it cannot be told. */
export function programOf({ command }: Entry): string {
  return command.kind === "run" ? (literal(command.words[0] ?? [])?.replace(/^.*\//, "") ?? "") : "";
}

/** The words of a command, joined by spaces. */
export function wordsOf({ command }: Entry): string {
  return command.kind === "run" ? command.words.map((word) => written(word)).join(" ") : "";
}
