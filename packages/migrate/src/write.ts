import { byText, type Change, type Grammars } from "@gha2pulumi/repo";
import { languages, writeSettings, type Language, type Refusal } from "@gha2pulumi/deployments";
import { callFile, callScript } from "./call/call-script.ts";
import type { Plan } from "./decision.ts";
import { looksSecret } from "./literal-secrets.ts";
import type { World } from "./world.ts";

/** The changes a plan comes down to, sorted by path; or why its settings cannot be written. */
export async function write(
  plan: Plan,
  world: World,
  grammars: Grammars | undefined,
): Promise<{ readonly changes: readonly Change[]; readonly refused: readonly Refusal[] }> {
  if (plan.settings.length === 0) return { changes: [], refused: [] };
  const program = await writeSettings(languageOf(world), plan.settings, world.tree, grammars);
  if (program.refused.length > 0) return { changes: [], refused: program.refused };
  // A plan shows the lines around an edit.
  const secret = program.changes.find(({ path }) => looksSecret(world.tree.get(path) ?? ""));
  if (secret !== undefined)
    return {
      changes: [],
      refused: [{ stack: undefined, note: `${secret.path} holds something that looks like a secret` }],
    };
  const script = plan.calls.length > 0 ? callScript() : undefined;
  const there = world.tree.get(callFile);
  if (script !== undefined && there !== undefined && there !== script)
    return {
      changes: [],
      refused: [{ stack: undefined, note: `${callFile} is there already, and it is another script` }],
    };
  const calls: readonly Change[] =
    script === undefined || there !== undefined ? [] : [{ kind: "create", path: callFile, text: script }];
  const workflows = plan.removals.flatMap((removal): readonly Change[] => {
    if (removal.whole) return [{ kind: "delete", path: removal.path }];
    return removal.splices.length === 0 ? [] : [{ kind: "edit", path: removal.path, splices: removal.splices }];
  });
  return {
    changes: [...calls, ...workflows, ...program.changes].sort((a, b) => byText(a.path, b.path)),
    refused: [],
  };
}

/** The notation a person asked for. */
function languageOf({ surroundings }: World): Language | undefined {
  return languages.find((language) => language === surroundings.get("language"));
}
