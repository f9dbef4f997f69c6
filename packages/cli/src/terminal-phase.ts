import { phases, type PlanDocument } from "@gha2pulumi/migrate";
import { labelled, wrap } from "./layout.ts";
import type { Style } from "./paint.ts";

/** Which part of the migration a plan is, and its gaps; of one that is all of it, the parts it could be written in. */
export function phaseLines({ phase, changes }: PlanDocument, { width, paint }: Style): readonly string[] {
  if (phase !== undefined)
    return [
      ...labelled(phase.name, [phase.does], { indent: 2, width }),
      ...phase.windows.flatMap(({ what, closes }) =>
        labelled("window", [what, `ends with: ${closes}`], { indent: 2, width }),
      ),
      ...labelled("next", phase.next === null ? [] : [phase.next], { indent: 2, width }),
    ];
  if (changes.length === 0) return [];
  const all = "all at once; `--phase` writes one of these by itself, in this order:";
  return [
    ...wrap(all, width - 2).map((line) => `  ${line}`),
    ...[...phases].flatMap(([name, does]) => labelled(paint.bold(name), [does], { indent: 4, width })),
  ];
}

/** What has to be done outside of the repository, after `rollback`. */
export function backLines({ phase }: PlanDocument, { width }: Style): readonly string[] {
  if (phase === undefined || phase.back.length === 0) return [];
  return ["gha2pulumi rollback takes the files back, byte for byte.", ...phase.back].flatMap((text) =>
    wrap(text, width - 4).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`)),
  );
}
