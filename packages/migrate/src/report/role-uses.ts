import { apply, entry, escaped, mapEntries, readYaml, type Path } from "@gha2pulumi/repo";
import type { Oidc, Setting } from "@gha2pulumi/deployments";
import { environmentOf } from "../secrets/secret-uses.ts";
import type { Outcome } from "./outcome.ts";

/** An identity of a cloud: what its settings call the role, the account or the application. */
export interface Login {
  readonly cloud: Oidc["kind"];
  readonly named: Setting;
}

/** A line that assumes the identity; `but` says what it does where that is only perhaps this one. */
interface Use {
  readonly at: string;
  readonly but: string | undefined;
}

/** What is left of the repository's workflows, actions and scripts that names the identity, or may log in as it. */
export function roleUses(login: Login, { world, changes }: Outcome): readonly Use[] {
  const isSecret = [...world.tree].some(([path, text]) => mayAssume(path) && namesSecret(text, login.named));
  return [...apply(world.tree, changes)]
    .filter(([path]) => mayAssume(path))
    .flatMap(([path, text]) => usesIn(path, text, login, isSecret));
}

function mayAssume(path: Path): boolean {
  return /(?:^|\/)\.github\/.*\.ya?ml$|(?:^|\/)action\.ya?ml$|\.sh$/.test(path);
}

/** What a login is told its identity by: inputs of actions, names in the environment, options of the clouds' programs. */
const words: Readonly<Record<Oidc["kind"], string>> = {
  aws: "role-to-assume|role-arn|AWS_ROLE_ARN",
  azure: "client-id|creds|ARM_CLIENT_ID|AZURE_CLIENT_ID|AZURE_CREDENTIALS|federated-token",
  gcp: "service_account|service_account_key|credentials_json|GOOGLE_CREDENTIALS|(?:GOOGLE_)?IMPERSONATE[-_]SERVICE[-_]ACCOUNT",
};

/** Lines that name the identity, and logins that may be meant for it; comments are none. */
function usesIn(path: Path, text: string, { cloud, named }: Login, isSecret: boolean): readonly Use[] {
  const name = namePattern(named);
  const owners = ownersOf(named);
  // Behind a variable may be any role, also one that another login spells out.
  const isVariable = owners.length > 0;
  const login = loginPattern(cloud, text);
  const environments = isVariable ? jobEnvironments(path, text) : () => undefined;
  const lines = text.split("\n");
  const offsets = lines.reduce<number[]>((all, line) => [...all, (all.at(-1) ?? 0) + line.length + 1], [0]);
  return lines.flatMap((line, i): readonly Use[] => {
    const code = line.replace(/(?:^|\s)#.*$/, "");
    const at = `${path}:${i + 1}`;
    // A call hands the role's name to Deployments, and does not take it.
    if (/^\s*CALL_AWS_ROLE:/.test(code)) return [];
    if (name.test(code)) {
      const environment = environments((offsets[i] ?? 0) + line.search(/\S/));
      const isSame = owners.every((one) => sameName(one.environment, environment));
      return [{ at, but: isSame ? undefined : `reads ${shownNames(named)} of another environment` }];
    }
    const role = login.exec(code)?.[1]?.trim();
    if (role !== undefined && (isVariable || /\$|^[>|&*]/.test(role)))
      return isDeclaration(role, lines[i + 1])
        ? []
        : [{ at, but: `logs in as ${role === "" ? "what follows" : role}` }];
    return isSecret && /\bsecrets["']?\s*:\s*inherit\b/.test(code) ? [{ at, but: "logs in as what it inherits" }] : [];
  });
}

/** An input of an action or of a called workflow is no login. */
function isDeclaration(value: string, next: string | undefined): boolean {
  return value === "" && /^\s+(?:description|required|type|default|deprecationMessage):/.test(next ?? "");
}

function loginPattern(cloud: Oidc["kind"], text: string): RegExp {
  // Without an account, the provider lets in whoever it is: https://github.com/google-github-actions/auth#preferred-direct-workload-identity-federation
  const direct = cloud === "gcp" && !/\bservice_account\b/.test(text) ? "|workload_identity_provider" : "";
  return new RegExp(
    `(?:--(?:${words[cloud]}${direct})\\s+|\\b(?:${words[cloud]}${direct})["']?\\s*[:=]\\s*)(.*)$`,
    "i",
  );
}

interface Owner {
  readonly name: string;
  readonly environment: string | undefined;
}

/** The secrets and variables that an identity is written with, and the GitHub environment they are taken from. */
function ownersOf(named: Setting): readonly Owner[] {
  return named.value.flatMap((piece) => {
    if (typeof piece === "string") return [];
    // Names of secrets have no dots; names of environments may.
    const cut = piece.config.lastIndexOf(".");
    return [{ name: piece.config.slice(cut + 1), environment: cut < 0 ? undefined : piece.config.slice(0, cut) }];
  });
}

function shownNames(named: Setting): string {
  return ownersOf(named)
    .map(({ name }) => name)
    .join(", ");
}

/** The name as a line may have it: with its ends where it has them, and however an expression is spaced. */
function namePattern(named: Setting): RegExp {
  const reads = (name: string): string =>
    `\\b(?:secrets|vars)\\s*(?:\\.\\s*${escaped(name)}(?![\\w-])|\\[\\s*["']${escaped(name)}["']\\s*\\])`;
  const [only] = ownersOf(named);
  if (named.value.length === 1 && only !== undefined) return new RegExp(reads(only.name), "i");
  const owners = [...ownersOf(named)];
  const pieces = named.value.map((piece) =>
    typeof piece === "string" ? escaped(piece) : `\\$\\{\\{\\s*${reads(owners.shift()?.name ?? "")}\\s*\\}\\}`,
  );
  // Any of these may go on in a role's name, or begin an account's: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  return new RegExp(`(?<![\\w@+-]|[\\w][.])${pieces.join("")}(?![\\w@+-]|[.=][\\w])`, "i");
}

function namesSecret(text: string, named: Setting): boolean {
  return ownersOf(named).some(({ name }) =>
    new RegExp(`\\bsecrets\\s*[.[]\\W*${escaped(name)}(?![\\w-])`, "i").test(text),
  );
}

/** The GitHub environment of the job that a place is in, as it is written. */
function jobEnvironments(path: Path, text: string): (offset: number) => string | undefined {
  const { root } = readYaml(path, text);
  const jobs = mapEntries(root && entry(root, "jobs"));
  return (offset) => {
    const job = jobs.find(({ value }) => value.span.start <= offset && offset < value.span.end)?.value;
    return job && environmentOf(job);
  };
}

function sameName(one: string | undefined, other: string | undefined): boolean {
  return (one ?? "").toLowerCase() === (other ?? "").toLowerCase();
}
