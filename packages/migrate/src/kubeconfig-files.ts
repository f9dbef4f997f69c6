import { namesIn, written, type Bound } from "@gha2pulumi/repo";
import { placeOf } from "./carried-line.ts";
import type { Entry } from "./entry.ts";
import type { Identity } from "./intent.ts";

/** The detail of a cluster's login that a deployment makes itself: the file that a command writes from a secret. */
export const writtenDetail = "written";

/**
 * The cluster that a command before an operation logs in to, where it writes a secret to the file that is read unless
 * `KUBECONFIG` names another; that name in the environment is such a login by itself.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export function kubeconfigFiles(
  earlier: readonly Entry[],
  environment: ReadonlyMap<string, Bound>,
): readonly Identity[] {
  if (environment.has("KUBECONFIG")) return [];
  // The text of such a file, for a program that takes it from its environment: a deployment has it as a secret.
  const text = [...environment].find(
    ([name, bound]) =>
      /KUBE_?CONFIG(?!.*(?:PATH|FILE|CONTEXT))/.test(name) && namesIn(bound.text, "secrets").length > 0,
  )?.[1];
  if (text) {
    const details = new Map([[writtenDetail, text]]);
    return [{ kind: "kubeconfig", role: undefined, details, carriers: [], from: text.from }];
  }
  const found = earlier.flatMap(({ command }): readonly Identity[] => {
    if (command.kind !== "run" || placeOf(command, command.writes) !== "~/.kube/config") return [];
    const texts = [...command.words, ...(command.line?.variables.values() ?? [])];
    if (!texts.some((text) => /\bsecrets\./.test(written(text)))) return [];
    const details = new Map([[writtenDetail, { text: command.writes ?? [], from: command.from }]]);
    return [{ kind: "kubeconfig", role: undefined, details, carriers: [], from: command.from }];
  });
  return found.slice(-1);
}
