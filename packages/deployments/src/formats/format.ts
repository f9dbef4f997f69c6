import type { Change, Unknown } from "@gha2pulumi/repo";
import type { StackSettings } from "../settings.ts";

/** Why settings cannot be written: those of one stack by its full name, or, without one, those of all. */
export interface Refusal {
  readonly stack: string | undefined;
  readonly note: string;
}

/** The changes that declare settings; where something is refused there are none. */
export interface SettingsWritten {
  readonly changes: readonly Change[];
  readonly refused: readonly Refusal[];
}

/** The settings that are declared, and what was seen and could not be read. A stack with a gap may do anything. */
export interface SettingsRead {
  readonly settings: readonly StackSettings[];
  readonly gaps: readonly Unknown[];
}

/** Nothing is written, for one reason. */
export function refusal(note: string, stack?: string): SettingsWritten {
  return { changes: [], refused: [{ stack, note }] };
}
