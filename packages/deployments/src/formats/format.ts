import { innermost, location, type Change, type Tree, type Unknown } from "@gha2pulumi/repo";
import { settingText, stackKey, stackLabel, type StackSettings } from "../settings.ts";

/** Why settings cannot be written: those of one stack by its full name, or, without one, those of all. */
export interface Refusal {
  readonly stack: string | undefined;
  readonly note: string;
  /** The diagnostic it is; left out, that a program is left alone. */
  readonly code?: string;
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

/** What of a migration a program is written for. */
export interface Writing {
  /** `off`: a program that is made has `live` false in its project's file. `on`: one whose files have it false gets it true. */
  readonly live: "off" | "on";
  /** ESC environments, as `project/name`, that hold the secrets of a program that is made; none: its owner answers them. */
  readonly environments: readonly string[];
  /** Whose stacks they are, in words: of this repository, or of another one by its name. */
  readonly of: string;
}

/** All of it at once, secrets answered by hand. */
export const allAtOnce: Writing = { live: "on", environments: [], of: "this repository" };

/** Nothing is written, for one reason. */
export function refusal(note: string, stack?: string): SettingsWritten {
  return { changes: [], refused: [{ stack, note }] };
}

/** What one resource cannot say: a stack twice, or two roles of one cloud. */
export function contradictions(sorted: readonly StackSettings[]): readonly Refusal[] {
  return sorted.flatMap((one, i): readonly Refusal[] => {
    const stack = stackLabel(one);
    const before = sorted[i - 1];
    if (before !== undefined && stackKey(before) === stackKey(one))
      return [{ stack, note: `two settings for the stack ${stack}` }];
    const kinds = one.oidc.map((oidc) => oidc.kind);
    const twice = kinds.find((kind, at) => kinds.indexOf(kind) !== at);
    if (twice === undefined) return [];
    return [{ stack, note: `two ${twice} roles for the stack ${stack}: deployment settings hold one` }];
  });
}

/** One stack has one resource: where one organisation is not written down, nobody can say whether two are the same. */
export function maybeDeclared(
  one: StackSettings,
  declared: ReadonlySet<string>,
  anywhere: readonly StackSettings[],
  tree: Tree,
): readonly Refusal[] {
  const same = [...declared].filter((key) => {
    const [organization, project, stack] = JSON.parse(key) as readonly unknown[];
    const isPlain = (pieces: unknown): boolean =>
      Array.isArray(pieces) && pieces.every((piece) => typeof piece === "string");
    const differ = one.organization && settingText(one.organization) !== undefined && isPlain(organization);
    return project === one.project && stack === one.stack && !differ;
  });
  if (same.length === 0) return [];
  const found = anywhere.find((other) => same.includes(stackKey(other)));
  const where = found === undefined ? "the settings program" : location(tree, innermost(found.from));
  const note = `${where} declares a stack of this project and name, and their organisations cannot be compared`;
  return [{ stack: stackLabel(one), note }];
}
