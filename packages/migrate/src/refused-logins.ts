import { literal } from "@gha2pulumi/repo";
import { mayAskIdentity, permissionsOf, type Command, type StepPlay } from "@gha2pulumi/workflow";
import { blocker, type Blocker } from "./blocker.ts";
import type { Occurrence } from "./intent.ts";
import { input } from "./scope.ts";
import { usesOf } from "./step-uses.ts";
import type { World } from "./world.ts";

/** Logins in front of an operation that fail as they are written: moved, the operation would run for the first time. */
export function refusedLogins(one: Occurrence, world: World): readonly Blocker[] {
  const { steps } = one.site.jobPlay;
  const { step } = one.site;
  const earlier = steps
    .slice(0, steps.indexOf(step))
    .filter(({ runs, step: { if: condition } }) =>
      runs.value === undefined ? condition?.text.trim() === step.step.if?.text.trim() : runs.value,
    );
  return [...withoutIdentity(one, earlier, world), ...withoutToken(one, earlier)];
}

/** Without `id-token: write` GitHub gives a job no identity, on runners of its owner neither. */
function withoutIdentity(one: Occurrence, earlier: readonly StepPlay[], world: World): readonly Blocker[] {
  // A workflow that does not run says so already: GP201.
  const place = one.site.jobPlay.workflow.runnable ? refusedAt(one, world) : undefined;
  if (place === undefined) return [];
  const commands = earlier.flatMap((step) => step.commands);
  return commands.flatMap((command, i) => {
    if (command.kind !== "uses" || !asksIdentity(command)) return [];
    const outcome =
      isAws(command) && (one.pool !== undefined || hasKeys(command) || commands.slice(0, i).some(isAws))
        ? "it logs in with keys that it finds on the runner, or fails"
        : "it fails, and what stands behind it does not run today";
    const message = `\`${command.action}\` asks GitHub for an identity, and ${place}: ${outcome}; give the job \`id-token: write\`, see that it works, and plan again`;
    return [blocker("GP433", message, command.from)];
  });
}

/**
 * Where the permission is missing, on the way from the workflow that an event starts to the job: each hands on at most what
 * it has. `undefined`: it is there, or only a caller elsewhere can tell.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations#access-and-permissions-for-nested-workflows
 */
function refusedAt({ site: { jobPlay }, event }: Occurrence, { repository }: World): string | undefined {
  for (const [i, span] of [...(jobPlay.calls ?? []), jobPlay.job.span].entries()) {
    const workflow = repository.workflows.get(span.path);
    const job = [...(workflow?.jobs.values() ?? [])].find((other) => other.span.start === span.start);
    if (workflow === undefined || job === undefined) return undefined;
    const written = permissionsOf(job, workflow);
    const isHandedOn = written.kind === "default" && (i > 0 || event.kind === "call");
    if (isHandedOn || mayAskIdentity(written)) continue;
    const said = `the job \`${job.id}\` of \`${workflow.path}\``;
    return written.kind === "default"
      ? `${said} has no \`permissions\`, and no default of them has \`id-token: write\``
      : `the \`permissions\` of ${said} have no \`id-token: write\``;
  }
  return undefined;
}

/**
 * Actions that log in with an identity of GitHub, as far as nothing else is given to them: not with keys, a file, or what
 * the runner has. https://docs.github.com/en/actions/concepts/security/openid-connect
 */
function asksIdentity(command: Command): boolean {
  if (command.kind !== "uses") return false;
  const has = (...names: readonly string[]): boolean => names.some((name) => input(command, name) !== undefined);
  switch (command.action.toLowerCase()) {
    case "aws-actions/configure-aws-credentials":
      return has("role-to-assume") && !has("aws-access-key-id", "web-identity-token-file", "role-chaining");
    case "google-github-actions/auth":
      return has("workload_identity_provider");
    case "azure/login":
      return has("client-id") && !/^identity$/i.test(literal(input(command, "auth-type")?.text ?? []) ?? "");
    case "pulumi/auth-actions":
      return true;
    default:
      return false;
  }
}

function isAws(command: Command): boolean {
  return command.kind === "uses" && command.action.toLowerCase() === "aws-actions/configure-aws-credentials";
}

/** Without an identity the action for AWS takes what its SDK finds: keys of the job, or the role of a machine. */
function hasKeys({ environment }: Command): boolean {
  return ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"].some((name) => environment.has(name));
}

/** The one output of `pulumi/auth-actions`. https://github.com/pulumi/auth-actions/blob/main/action.yml */
const tokenOutput = "pulumi-access-token";

/** A Pulumi token that is an output the login does not have: it is empty, and stands over the one that is exported. */
function withoutToken({ site: { step } }: Occurrence, earlier: readonly StepPlay[]): readonly Blocker[] {
  const isLogin = (one: Command): boolean => one.kind === "uses" && one.action.toLowerCase() === "pulumi/auth-actions";
  return step.commands.flatMap(({ environment }) => {
    const token = environment.get("PULUMI_ACCESS_TOKEN");
    const [piece, ...more] = token?.text ?? [];
    if (token === undefined || piece === undefined || typeof piece === "string" || more.length > 0) return [];
    const [use, ...others] = usesOf(piece.expression) ?? [];
    const login = earlier.find(
      ({ step: { id }, commands }) => id?.toLowerCase() === use?.step && commands.some(isLogin),
    );
    if (login === undefined || others.length > 0 || !use?.output || use.output.toLowerCase() === tokenOutput) return [];
    const message = `its Pulumi token is \`${piece.expression}\`, and \`pulumi/auth-actions\` has no such output: the token is empty, and the step fails; write \`${tokenOutput}\`, see that it works, and plan again`;
    return [blocker("GP434", message, token.from)];
  });
}
