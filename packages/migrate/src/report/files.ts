import { apply, byText, type Path } from "@gha2pulumi/repo";
import { isCallableCode } from "../call/callable.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedFile } from "./plan-document.ts";

const lastCall = "it is called by a workflow that goes; others may call it too";

/**
 * Called workflows and actions that nothing of the repository calls once the change is in: they stay, since other
 * repositories may call them (https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#access-to-reusable-workflows).
 */
export function callsLeft(outcome: Outcome): readonly Path[] {
  const { workflows } = outcome.world.repository;
  const after = apply(outcome.world.tree, outcome.changes);
  return filesOf(outcome).flatMap(({ path, reason }) => {
    const triggers = workflows.get(path)?.triggers ?? [];
    // An action elsewhere is there for other repositories.
    const isAction = /^\.github\/.+\/action\.ya?ml$/.test(path);
    const isCallee = triggers.length > 0 && triggers.every(({ event }) => event === "workflow_call");
    if (reason !== lastCall || !(isAction || isCallee)) return [];
    const name = isAction ? path.slice(0, path.lastIndexOf("/")) : path;
    const isNamed = [...after].some(
      ([other, text]) =>
        !other.startsWith(name) && /\.ya?ml$/.test(other) && !other.startsWith("@") && text.includes(name),
    );
    return isNamed ? [] : [isAction ? `${name}/` : path];
  });
}

/** Every workflow, action and called workflow that takes part in running Pulumi, with what becomes of it and why. */
export function filesOf({ plan, changes, world, findings }: Outcome): readonly PlannedFile[] {
  const reasons = new Map<Path, string>();
  const firmly = new Set<Path>();
  for (const { intent, disposition, reasons: why } of plan.decisions) {
    const paths = new Set([
      intent.workflow.path,
      ...intent.occurrences.flatMap((one) => one.operates.from.map((span) => span.path)),
    ]);
    for (const path of paths) {
      if (!path.startsWith(".github/") && !/(?:^|\/)action\.ya?ml$/.test(path)) continue;
      const already = disposition === "call" && why.length === 0 ? "it asks Pulumi Deployments already" : "";
      // What a call would take away is not what keeps the file.
      const firm = why.find(({ code }) => !isCallableCode(code));
      const reason = disposition === "move" ? "" : ((firm ?? why[0])?.message ?? already);
      if (!reasons.get(path) || (firm && !firmly.has(path))) reasons.set(path, reason);
      if (firm) firmly.add(path);
    }
  }
  // What is not read may have operations that nobody has seen.
  for (const { path, problems } of world.repository.workflows.values()) {
    const fault = problems.find(({ fatal, code }) => fatal && code !== "size");
    if (fault && !reasons.has(path) && /pulumi/i.test(world.tree.get(path) ?? ""))
      reasons.set(path, `GitHub does not run it as it stands: ${fault.message}`);
  }
  for (const { path, message } of findings.mentions) reasons.set(path, reasons.get(path) || message);
  const changed = new Map(changes.map((change) => [change.path, change.kind]));
  return [...reasons]
    .filter(([path]) => world.tree.has(path))
    .map(([path, reason]): PlannedFile => {
      const kind = changed.get(path);
      const change = kind === "delete" ? "delete" : kind === "edit" ? "edit" : "keep";
      return {
        path,
        change,
        reason: change === "delete" ? "everything in it moves" : reason === "" && change === "keep" ? lastCall : reason,
      };
    })
    .sort((a, b) => byText(a.path, b.path));
}
