import { checkDocument, differing, erased, presentCheck, unclear } from "./check-output.ts";
import { cloudOf } from "./cloud.ts";
import { say } from "./consent.ts";
import type { ExitCode } from "./exit.ts";
import { declaredIn, liveStacks } from "./live-settings.ts";
import type { InFolder, SettingsDiffOptions } from "./options.ts";
import { count } from "./terminal-wording.ts";

/** `settings diff`: what the program declares and what is live, and nothing written. */
export async function settingsDiff(options: InFolder<SettingsDiffOptions>): Promise<ExitCode> {
  const cloud = cloudOf(options.backendUrl);
  const { tree, declared, engine } = await declaredIn(options);
  const { stacks, problems } = declared;
  if (stacks.length + problems.length === 0) return say("No settings program was found.", 3);
  const names = stacks.map(({ name }) => name);
  const diagnostics = engine.checkSettings(tree, declared, await liveStacks(cloud, names), []);
  await presentCheck(checkDocument(cloud.url, stacks, diagnostics), options);
  const different = differing(diagnostics).length;
  const lost = erased(diagnostics).length;
  if (lost > 0)
    return say(
      `${count(different, "difference")}. \`pulumi up\` would erase ${count(lost, "setting")}: not before that is settled.`,
      12,
    );
  if (different > 0) return say(`${count(different, "difference")}.`, options.exitCode ? 10 : 0);
  return say(different + unclear(diagnostics).length === 0 ? "No difference." : "Something could not be compared.", 0);
}
