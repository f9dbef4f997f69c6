import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PlannedDiagnostic } from "@gha2pulumi/migrate";
import { cloudOf } from "./cloud.ts";
import { say } from "./consent.ts";
import type { ExitCode } from "./exit.ts";
import { declaredIn, liveStacks } from "./live-settings.ts";
import { planFile } from "./plan-file.ts";
import { checkDocument, differing, presentCheck, unclear } from "./check-output.ts";
import type { CheckOptions, InFolder } from "./options.ts";
import { readPlan } from "./plan-read.ts";
import { count } from "./terminal-wording.ts";

/** `check`: the settings program against the live settings, and against the plan where one was kept. */
export async function check(options: InFolder<CheckOptions>): Promise<ExitCode> {
  const cloud = cloudOf(options.backendUrl);
  const { root, tree, declared, engine } = await declaredIn(options);
  const { stacks, problems } = declared;
  if (stacks.length + problems.length === 0) return say("No settings program was found.", 3);
  const plan = options.plan ?? keptPlan(root);
  const recorded = plan === undefined ? [] : readPlan(plan).document.settings;
  const live = await liveStacks(
    cloud,
    stacks.map(({ name }) => name),
  );
  const diagnostics = engine.checkSettings(tree, declared, live, recorded);
  await presentCheck(checkDocument(cloud.url, stacks, diagnostics), options);
  return codeOf(diagnostics, stacks.length);
}

function keptPlan(root: string): string | undefined {
  const place = join(root, planFile);
  return existsSync(place) ? place : undefined;
}

function codeOf(diagnostics: readonly PlannedDiagnostic[], stacks: number): ExitCode {
  const different = differing(diagnostics).length;
  if (different > 0) return say(`${count(different, "difference")}.`, 12);
  if (unclear(diagnostics).length > 0) return say("Something could not be compared.", 11);
  return say(`${count(stacks, "stack")}, all as the program says.`, 0);
}
