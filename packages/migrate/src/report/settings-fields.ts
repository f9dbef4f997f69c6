import type { Trail } from "@gha2pulumi/repo";
import { entriesOf, settingLabel, type StackSettings } from "@gha2pulumi/deployments";
import type { PlannedSettings } from "./plan-document.ts";

/** What the settings program declares for one stack, field by field, each with the place it came from. */
export function plannedSettings(settings: StackSettings, at: (trail: Trail) => string): PlannedSettings {
  return {
    organization: settings.organization ? settingLabel(settings.organization) : null,
    project: settings.project,
    stack: settings.stack,
    fields: entriesOf(settings).map(({ name, value }) => ({
      name,
      value: settingLabel(value),
      location: at(value.from),
    })),
  };
}
