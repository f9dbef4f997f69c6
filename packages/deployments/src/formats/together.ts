import { unknown, type Unknown } from "@gha2pulumi/repo";
import { stackKey, stackLabel, type Schedule, type StackSettings } from "../settings.ts";
import type { SettingsRead } from "./format.ts";
import type { OfStack } from "./resources.ts";

/** A schedule with the stack it names. */
export type LooseSchedule = { readonly of: OfStack; readonly schedule: Schedule };

/** Two resources for one stack overwrite each other: neither can be taken for what is in force. */
export function combined(reads: readonly SettingsRead[], more: readonly Unknown[] = []): SettingsRead {
  const settings = reads.flatMap((read) => read.settings);
  const keys = settings.map(stackKey);
  const once = (one: StackSettings): boolean => keys.indexOf(stackKey(one)) === keys.lastIndexOf(stackKey(one));
  const twice = settings
    .filter((one) => !once(one))
    .map((one) => unknown("ambiguous", `${stackLabel(one)} is declared twice`, one.from));
  return { settings: settings.filter(once), gaps: [...reads.flatMap((read) => read.gaps), ...twice, ...more] };
}

/** Schedules use the settings of their stack; without them the service refuses one. */
export function withSchedules(
  settings: readonly StackSettings[],
  schedules: readonly LooseSchedule[],
  gaps: readonly Unknown[],
): SettingsRead {
  const keys = new Set(settings.map(stackKey));
  const lone = schedules.filter(({ of }) => !keys.has(stackKey(of)));
  const complete = settings.map((one) => ({
    ...one,
    schedules: schedules.filter(({ of }) => stackKey(of) === stackKey(one)).map(({ schedule }) => schedule),
  }));
  const notes = lone.map(({ of, schedule }) =>
    unknown("unsupported", `a schedule for ${of.project}/${of.stack}, whose settings are not read`, schedule.from),
  );
  return { settings: complete, gaps: [...gaps, ...notes] };
}
