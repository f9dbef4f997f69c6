import { tableOf } from "@gha2pulumi/repo";
import type { IdentityKind } from "../intent.ts";
import { serves, withIdentity, type Recogniser } from "../scope.ts";

/** Login actions of providers whose credentials a deployment cannot take over by itself, one line each. */
const logins: Readonly<Record<string, IdentityKind>> = tableOf({
  "digitalocean/action-doctl": "digitalocean-token",
  "google-github-actions/get-gke-credentials": "kubeconfig",
  "azure/aks-set-context": "kubeconfig",
  "azure/k8s-set-context": "kubeconfig",
  "azure/setup-kubeconfig": "kubeconfig",
});

/**
 * Logins of a CLI alone, which no provider of Pulumi reads: whether a program calls that CLI, only a person can tell.
 * https://www.pulumi.com/registry/packages/digitalocean/installation-configuration/
 */
const ofCli: ReadonlySet<string> = new Set(["digitalocean/action-doctl"]);

/** Everything such a step leaves behind (files, exported names) is lost with it, so the operation stays. */
export const otherLogins: Recogniser = {
  name: "other-logins",
  recognise(command, scope) {
    const kind = command.kind === "uses" ? logins[command.action.toLowerCase()] : undefined;
    if (kind === undefined) return undefined;
    const action = command.kind === "uses" ? command.action : "";
    const isOfCli = ofCli.has(action.toLowerCase());
    const message = isOfCli
      ? `\`${action}\` logs its own CLI in, by a file that the provider of Pulumi does not read; a program that calls the CLI would need it`
      : `\`${action}\` logs in to something that deployment settings have no word for`;
    const next = withIdentity(scope, { kind, role: undefined, details: new Map(), carriers: [], from: command.from });
    return {
      ...serves(next),
      duty: "gates",
      reasons: [{ code: isOfCli ? "GP221" : "GP224", message, from: command.from }],
    };
  },
};
