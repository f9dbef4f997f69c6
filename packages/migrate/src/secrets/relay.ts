import { byText } from "@gha2pulumi/repo";
import type { PlanDocument } from "../report/plan-document.ts";
import { pinned, pinnedActions } from "../pinned-actions.ts";
import { relayScript } from "./relay-script.ts";
import { relayMark } from "./secret-uses.ts";

/** A one-use workflow that carries values of secrets from GitHub to Pulumi ESC, and what it carries. */
export interface Relay {
  readonly text: string;
  readonly parts: readonly RelayPart[];
}

/** What one job carries: secrets of one GitHub environment, or of the repository, into one ESC environment. */
export interface RelayPart {
  readonly job: string;
  /** The GitHub environment; `undefined` for secrets of the repository or its organisation. */
  readonly environment: string | undefined;
  /** `project/name` of the ESC environment. */
  readonly target: string;
  readonly secrets: readonly { readonly name: string; readonly key: string }[];
}

/**
 * Secrets per job. GitHub holds up to 100 of 48 KB each for a repository and as many for an environment, and all
 * values of a step have to fit into the 2 MB that Linux gives arguments and environment together.
 * https://docs.github.com/actions/reference/security/secrets#limits-for-secrets
 */
const mostPerJob = 25;

/** The relay of the secrets that become configuration of the settings program; `undefined` when there are none. */
export function relayOf(document: Pick<PlanDocument, "secrets" | "settings">): Relay | undefined {
  const parts = partsOf(document);
  if (parts.length === 0) return undefined;
  const [organization = null] = document.settings.map((one) => one.organization).filter((one) => one !== null);
  return { text: workflow(parts, organization), parts };
}

function partsOf({ secrets }: Pick<PlanDocument, "secrets">): readonly RelayPart[] {
  const carried = secrets.flatMap(({ name, config }) => config.map((one) => ({ name, ...one })));
  const environments = [...new Set(carried.map(({ environment }) => environment))].sort((a, b) =>
    byText(a ?? "", b ?? ""),
  );
  // All of them belong to the settings program, which is one Pulumi project; its ESC environments are of that name too.
  const project = carried[0]?.key.split(":")[0] ?? "";
  const taken = new Set<string>();
  const free = (wanted: string): string => {
    let name = wanted;
    for (let next = 2; taken.has(name); next++) name = `${wanted}-${next}`;
    taken.add(name);
    return name;
  };
  return environments.flatMap((environment) => {
    const own = carried.filter((one) => one.environment === environment).sort((a, b) => byText(a.key, b.key));
    const chunks = Array.from({ length: Math.ceil(own.length / mostPerJob) }, (_, at) =>
      own.slice(at * mostPerJob, (at + 1) * mostPerJob),
    );
    return chunks.map((chunk): RelayPart => {
      // Names of GitHub environments may hold any sign; those of ESC environments and of jobs may not.
      const suffix = environment === null ? "" : `-${environment.replace(/[^A-Za-z0-9_-]+/g, "-")}`;
      const job = free(`relay${suffix.toLowerCase()}`);
      return {
        job,
        environment: environment ?? undefined,
        target: `${project}/github-secrets${job.slice("relay".length)}`,
        secrets: chunk.map(({ name, key }) => ({ name, key })),
      };
    });
  });
}

function workflow(parts: readonly RelayPart[], organization: string | null): string {
  const from = organization ?? "${{ vars.PULUMI_ORGANIZATION }}";
  return `${relayMark} Start it once by hand, see that it succeeded, and delete this file.
# It carries the values below from GitHub, which shows them to workflows only, to Pulumi ESC, where they are
# configuration of the settings program. Nothing but names and fingerprints is printed. What an environment holds
# already is replaced only when asked for.
name: Relay secrets to Pulumi ESC

on:
  workflow_dispatch:
    inputs:
      replace:
        description: Replace what the ESC environments hold
        type: boolean
        default: false

permissions: {}

jobs:
${parts.map((part) => jobOf(part, from)).join("\n")}`;
}

function jobOf({ job, environment, target, secrets }: RelayPart, organization: string): string {
  const [project = "", name = ""] = target.split("/");
  const list = secrets.map(({ name, key }, at) => `            ${at + 1} ${name} ${key}`);
  const values = secrets.map(({ name }, at) => `          VALUE_${at + 1}: ${secretOf(name)}`);
  return `  ${job}:
    # No fork has these secrets, and what Dependabot starts shall not reach them.
    if: \${{ !github.event.repository.fork && github.actor != 'dependabot[bot]' }}
    runs-on: ubuntu-latest
    timeout-minutes: 15
${environment === undefined ? "" : `    environment: ${quoted(environment)}\n`}    permissions:
      id-token: write
    steps:
      - uses: ${pinned(pinnedActions.pulumiAuth)}
        with:
          organization: ${organization}
          requested-token-type: urn:pulumi:token-type:access_token:organization
      - name: Carry ${secrets.length} secret${secrets.length === 1 ? "" : "s"} to ${target}
        shell: bash
        env:
          RELAY_API: https://api.pulumi.com
          RELAY_ORGANIZATION: ${organization}
          RELAY_PROJECT: ${project}
          RELAY_ENVIRONMENT: ${name}
          RELAY_REPLACE: \${{ inputs.replace }}
          POLL_SECONDS: 2
          # Number, name in GitHub, configuration key.
          RELAY_LIST: |
${list.join("\n")}
${values.join("\n")}
        run: |
${relayScript
  .trimEnd()
  .split("\n")
  .map((line) => (line === "" ? "" : `          ${line}`))
  .join("\n")}
`;
}

function secretOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `\${{ secrets.${name} }}` : `\${{ secrets['${name.replaceAll("'", "''")}'] }}`;
}

/** JSON is YAML, but for what starts an expression of GitHub's, which no name of an environment may hold. */
function quoted(text: string): string {
  return /^[A-Za-z][\w-]*$/.test(text) ? text : JSON.stringify(text);
}
