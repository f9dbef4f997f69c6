import { literal, type Bound } from "@gha2pulumi/repo";
import { backendOf as backendFrom } from "./backend.ts";
import type { Backend } from "./intent.ts";
import type { Entry } from "./entry.ts";
import type { Project } from "./projects.ts";

/** What is said in place of an address where nothing tells one. */
const noToken = "no Pulumi access token is in sight";
const emptyToken = "the Pulumi access token that it is given is empty";
const withPassphrase = ", and a passphrase is set";
const withoutToken = [noToken, emptyToken].flatMap((note) => [note, note + withPassphrase]);

/** What is said of an operation of which no token is all that tells where its state is: the step may only fail. */
export function missingToken(backend: Backend): string | undefined {
  if (backend.kind === "pulumi-cloud" || !("note" in backend)) return undefined;
  return withoutToken.find((note) => note === backend.note);
}

/** Whether a value is written at the step itself, and not for its job. */
export function isOfStep({ from }: Bound, { step: { step } }: Pick<Entry, "step">): boolean {
  const { path, start, end } = step.span;
  return from.some((span) => span.path === path && start <= span.start && span.start < end);
}

/** Where the state is: what the job logged in to, else the project file, else the environment, else who has a token. */
export function stateOf(
  entry: Entry,
  earlier: readonly Entry[],
  projectUrl: Project["backendUrl"],
  environment: ReadonlyMap<string, Bound>,
): Backend {
  const { before: scope, command } = entry;
  const isHidden = entry.operates.some((one) => one.hidden !== undefined);
  const own = command.environment.get("PULUMI_ACCESS_TOKEN");
  const isEmpty = own !== undefined && literal(own.text) === "";
  // The older name is read still: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/env/env.go
  const variable = command.environment.get("PULUMI_BACKEND_URL") ?? command.environment.get("PULUMI_API");
  const login = entry.after.login ?? scope.login;
  // An empty value of the step stands over what steps before it have exported; a login that the CLI has saved lasts.
  const isOver = isEmpty && isOfStep(own, entry);
  const token = (scope.token || entry.after.token) && (!isOver || login?.kind === "pulumi-cloud");
  const stated: Backend | undefined =
    (login && (login.kind !== "pulumi-cloud" || !variable) ? login : undefined) ??
    (variable ? backendFrom(variable) : undefined) ??
    login ??
    (projectUrl ? backendFrom({ text: [projectUrl.text], from: [projectUrl.span] }) : undefined);
  if (stated?.kind === "diy") return stated;
  if (stated?.kind === "unknown")
    return token
      ? stated
      : { kind: "diy", url: undefined, note: `${stated.note}, and no Pulumi token is in sight`, from: stated.from };
  if (stated && token) return stated;
  if (token) return { kind: "pulumi-cloud", from: undefined, url: undefined };
  if (isHidden) return { kind: "unknown", note: "what runs there is not read", from: command.from };
  // Without a token nothing can log in to Pulumi Cloud; secrets fetched at run time could bring one, and an action nobody
  // has read may fetch some.
  if (
    (scope.identities.some((identity) => ["1password", "vault", "esc", "fetched"].includes(identity.kind)) ||
      earlier.some(({ command, duty }) => command.kind === "uses" && duty === "gates")) &&
    !environment.has("PULUMI_CONFIG_PASSPHRASE")
  ) {
    return {
      kind: "unknown",
      note: "no Pulumi access token is in sight; it may come from secrets that are fetched while the job runs",
      from: command.from,
    };
  }
  const note = isEmpty ? emptyToken : noToken;
  // Pulumi Cloud has keys of its own: a passphrase is for a state that is kept elsewhere. Without one, nothing tells.
  // https://www.pulumi.com/docs/iac/concepts/secrets/
  return ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"].some((name) => environment.has(name))
    ? { kind: "diy", url: undefined, note: note + withPassphrase, from: command.from }
    : { kind: "unknown", note, from: command.from };
}
