import {
  hasTrigger,
  stackLabel,
  unexpressed,
  withFile,
  type SettingsFile,
  type StackSettings,
} from "@gha2pulumi/deployments";
import type { Fold, Held } from "./decision.ts";
import type { ProvenWorld } from "./effects.ts";
import type { Intent } from "./intents.ts";
import { phaseOf } from "./phases/phase.ts";
import type { World } from "./world.ts";

/**
 * Planned settings with what the files of their stacks say, and the files of stacks that no workflow runs, as settings of
 * their own. A file goes where settings say all that it says.
 */
export function foldFiles(
  planned: readonly StackSettings[],
  intents: readonly Intent[],
  world: World & Pick<ProvenWorld, "declared">,
  held: Held,
): { readonly settings: readonly StackSettings[]; readonly folds: readonly Fold[] } {
  const settings = [...planned];
  const folds = world.settingsFiles.map((file): Fold => {
    const stays = (because: string): Fold => ({ file, into: undefined, because });
    const [gap] = file.gaps;
    if (gap) return stays(gap.note);
    const standing = world.declared.find((one) => isSameStack(one, file.settings));
    if (standing) {
      const fold = compared(file, standing);
      return fold.because === "" ? fold : stays(fold.because);
    }
    const at = settings.findIndex((one) => isSameStack(one, file.settings));
    const wanted = settings[at];
    if (phaseOf(world.surroundings) !== undefined && hasTrigger(file.settings)) {
      const because = "its triggers are on, and a settings program that is off would stop them: plan without `--phase`";
      return wanted ? { file, into: stackLabel(wanted), because } : stays(because);
    }
    if (wanted) {
      const whole = withFile(wanted, file.settings);
      settings[at] = whole;
      return compared(file, whole);
    }
    if (intents.some((intent) => mayBeOf(intent, file.settings))) return stays("");
    if (!file.isWhole) return stays("it names no branch or no repository, and no workflow does so for it");
    const own = asDeclared(file.settings, world);
    const label = stackLabel(own);
    const refused = held.stacks.get(label) ?? held.refused.get(label)?.note ?? held.all;
    if (refused !== undefined) return stays(refused);
    settings.push(own);
    return compared(file, own);
  });
  return { settings, folds };
}

function compared(file: SettingsFile, settings: StackSettings): Fold {
  return { file, into: stackLabel(settings), because: unexpressed(file.settings, settings).join("; ") };
}

/** One organisation that is not written down may be the other. */
function isSameStack(one: StackSettings, other: StackSettings): boolean {
  return one.project === other.project && one.stack === other.stack;
}

function mayBeOf({ occurrences }: Intent, { directory, project, stack }: StackSettings): boolean {
  return occurrences.some(
    (one) =>
      (one.project === project || one.directory === undefined || one.directory === directory) &&
      (one.stack === undefined || one.stack === stack),
  );
}

function asDeclared(settings: StackSettings, { surroundings }: World): StackSettings {
  const block = surroundings.get("settings.block") === "vcs" ? "vcs" : "github";
  return { ...settings, repositoryBlock: block };
}
