import { byText, type Change, type Grammars } from "@gha2pulumi/repo";
import {
  allAtOnce,
  languages,
  writeSettings,
  type Language,
  type Refusal,
  type SettingsWritten,
  type Writing,
} from "@gha2pulumi/deployments";
import { callFile, callScript } from "./call/call-script.ts";
import type { Plan } from "./decision.ts";
import { looksSecret } from "./literal-secrets.ts";
import { settingsPlace } from "./settings-place.ts";
import type { World } from "./world.ts";

/** The changes a plan comes down to, sorted by path; or why its settings cannot be written. */
export async function write(
  plan: Plan,
  world: World,
  grammars: Grammars | undefined,
): Promise<{ readonly changes: readonly Change[]; readonly refused: readonly Refusal[] }> {
  if (plan.settings.length === 0) return { changes: workflowChanges(plan, world), refused: [] };
  const unsaid = plan.folds.flatMap(({ file, into, because }): readonly Refusal[] =>
    into === undefined || because === "" ? [] : [{ stack: into, note: `\`${file.path}\`: ${because}`, code: "GP514" }],
  );
  if (unsaid.length > 0) return { changes: [], refused: unsaid };
  const place = settingsPlace(world.tree, world.surroundings);
  const program = await settingsChanges(plan, world, grammars, { ...allAtOnce, of: place?.of ?? allAtOnce.of });
  if (program.refused.length > 0) return { changes: [], refused: program.refused };
  // A plan shows the lines around an edit.
  const secret = program.changes.find(({ path }) => looksSecret(world.tree.get(path) ?? ""));
  if (secret !== undefined)
    return {
      changes: [],
      refused: [{ stack: undefined, note: `${secret.path} holds something that looks like a secret` }],
    };
  const there = world.tree.get(callFile);
  if (plan.calls.length > 0 && there !== undefined && there !== callScript())
    return {
      changes: [],
      refused: [{ stack: undefined, note: `${callFile} is there already, and it is another script` }],
    };
  return {
    changes: [...workflowChanges(plan, world), ...program.changes].sort((a, b) => byText(a.path, b.path)),
    refused: [],
  };
}

/** The part of a plan that is about the settings program: all at once, or written for a part of the migration. */
export async function settingsChanges(
  plan: Plan,
  world: World,
  grammars: Grammars | undefined,
  writing: Writing,
): Promise<SettingsWritten> {
  return await writeSettings(languageOf(world), plan.settings, world.tree, grammars, writing);
}

/** The part of a plan that is about workflows: what goes out of them, the script of those that call, and settings files. */
export function workflowChanges(plan: Plan, world: World): readonly Change[] {
  const calls: readonly Change[] =
    plan.calls.length === 0 || world.tree.has(callFile) ? [] : [{ kind: "create", path: callFile, text: callScript() }];
  const workflows = plan.removals.flatMap((removal): readonly Change[] => {
    if (removal.whole) return [{ kind: "delete", path: removal.path }];
    return removal.splices.length === 0 ? [] : [{ kind: "edit", path: removal.path, splices: removal.splices }];
  });
  const folded = plan.folds.flatMap(({ file, into, because }): readonly Change[] =>
    into === undefined || because !== "" ? [] : [{ kind: "delete", path: file.path }],
  );
  return [...calls, ...workflows, ...folded];
}

/** The notation a person asked for. */
function languageOf({ surroundings }: World): Language | undefined {
  return languages.find((language) => language === surroundings.get("language"));
}
