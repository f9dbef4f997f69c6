import { literal, written, type Text } from "@gha2pulumi/repo";
import { folderPath } from "./folder.ts";
import type { ConfigPlace, Operates, Reason } from "./intent.ts";
import type { Entry } from "./job-entries.ts";
import { stackParts } from "./stack-name.ts";
import { withoutStandIns } from "./stand-ins.ts";

/** Whether configuration is written for the stack of an operation, in its folder; `undefined` when it cannot be told. */
export function isConfigOf(write: ConfigPlace, { stack, directory }: Operates): boolean | undefined {
  const folder = isSameFolder(withoutStandIns(write.directory), withoutStandIns(directory));
  const name = isSameStack(write.stack?.text, stack?.text);
  if (folder === false || name === false) return false;
  return folder && name;
}

function isSameFolder(a: Text, b: Text): boolean | undefined {
  const [one, other] = [folderPath(a), folderPath(b)];
  if (one === undefined || other === undefined) return written(a) === written(b) ? true : undefined;
  return one === other;
}

function isSameStack(a: Text | undefined, b: Text | undefined): boolean | undefined {
  const [one, other] = [a && stackParts(withoutStandIns(a)), b && stackParts(withoutStandIns(b))];
  if (!one || !other) return a === undefined && b === undefined ? true : undefined;
  const parts = [
    isSame(one.stack, other.stack),
    // What is left out is what is meant anyway.
    ...[
      [one.organization, other.organization],
      [one.project, other.project],
    ].map(([x, y]) => x === undefined || y === undefined || isSame(x, y)),
  ];
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function isSame(a: Text, b: Text): boolean | undefined {
  if (written(a) === written(b)) return true;
  return literal(a) === undefined || literal(b) === undefined ? undefined : false;
}

/** Configuration before an operation of which nobody can tell whether it is for its stack. */
export function unplacedConfig(earlier: readonly Entry[], operates: Operates): readonly Reason[] {
  const refreshed = earlier.flatMap(({ refreshes, command }): readonly Reason[] =>
    refreshes === undefined || isConfigOf(refreshes, operates) === true
      ? []
      : [
          {
            code: "GP223",
            message: "whether `pulumi config refresh` is for its stack cannot be told",
            from: command.from,
          },
        ],
  );
  const set = earlier.flatMap(({ config, command }) =>
    config === undefined || isConfigOf(config, operates) !== undefined
      ? []
      : [
          {
            code: "GP223",
            message: `whether \`pulumi config set ${config.key}\` is for its stack cannot be told`,
            from: command.from,
          },
        ],
  );
  return [...refreshed, ...set];
}
