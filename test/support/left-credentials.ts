import { parse } from "yaml";
import { apply, type Change, type Tree } from "@gha2pulumi/repo";

interface WrittenStep {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, unknown>>;
}

const logins = /^(aws-actions\/configure-aws-credentials|google-github-actions\/auth|azure\/login)@/i;
/** Keys of clouds, as their SDKs read them. */
const keys =
  /^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|GOOGLE_(CREDENTIALS|APPLICATION_CREDENTIALS)|(ARM|AZURE)_CLIENT_SECRET)$/;
/** Steps that no cloud lets in, told by a look at their text alone. */
const harmless =
  /^(actions\/(checkout|setup-\w+|cache|upload-artifact)|pnpm\/action-setup|oven-sh\/setup-bun|google-github-actions\/setup-gcloud|pulumi\/(auth-actions|setup-pulumi))@|^(npm (ci|install)|pnpm install|yarn install|go mod download|echo \S+)( --[\w-]+)*$/;

/**
 * Credentials of a cloud that stay in a job that now calls, although nothing that stays in it uses any: a naive look at
 * the edited workflows, which knows nothing of how they were edited. The login of an action is for whatever its job does
 * behind it, so that none of an action counts.
 */
export function leftCredentials(tree: Tree, changes: readonly Change[]): readonly string[] {
  const after = apply(tree, changes);
  return changes
    .filter(({ kind, path }) => kind === "edit" && /^\.github\/workflows\/.*\.ya?ml$/.test(path))
    .flatMap(({ path }) =>
      jobsIn(after.get(path) ?? "").flatMap((job) => leftIn(job).map((what) => `${path}: ${what}`)),
    );
}

interface WrittenJob {
  readonly steps?: readonly WrittenStep[];
  readonly env?: Readonly<Record<string, unknown>>;
}

function jobsIn(text: string): readonly WrittenJob[] {
  const document = parse(text, { uniqueKeys: false }) as { readonly jobs?: Readonly<Record<string, WrittenJob>> };
  return Object.values(document.jobs ?? {});
}

function leftIn({ steps = [], env = {} }: WrittenJob): readonly string[] {
  const isCall = ({ run }: WrittenStep): boolean => /exec bash .*\/call\.sh/.test(run ?? "");
  const mayUse = (step: WrittenStep): boolean => !isCall(step) && !harmless.test(step.uses ?? step.run?.trim() ?? "");
  const at = steps.findIndex(isCall);
  if (at < 0) return [];
  const idle = steps
    .slice(0, at)
    .flatMap((step, i) =>
      logins.test(step.uses ?? "") && !steps.slice(i + 1).some(mayUse) ? [`${step.uses} is for nobody`] : [],
    );
  const held = steps.filter(isCall).flatMap(({ env }) => Object.keys(env ?? {}).filter((name) => keys.test(name)));
  const given = steps.some(mayUse) ? [] : Object.keys(env).filter((name) => keys.test(name));
  return [
    ...idle,
    ...held.map((name) => `the call has ${name}`),
    ...given.map((name) => `a job that only calls has ${name}`),
  ];
}
