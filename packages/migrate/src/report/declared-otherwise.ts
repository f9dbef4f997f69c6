import type { Trail } from "@gha2pulumi/repo";
import { stackKey, stackLabel, type StackSettings } from "@gha2pulumi/deployments";
import type { ProvenWorld } from "../effects.ts";
import { plannedSettings } from "./settings-fields.ts";

/**
 * Stacks the settings program declares already, where it says something else than the workflows do. A difference in
 * what happens is the proof's to find, and holds the stack back; these are the others, such as an image or a session name.
 */
export function otherwise(
  planned: readonly StackSettings[],
  { declared: settings }: Pick<ProvenWorld, "declared">,
): readonly { readonly message: string; readonly from: Trail }[] {
  return planned.flatMap((wanted) => {
    const declared = settings.find((one) => stackKey(one) === stackKey(wanted));
    if (declared === undefined) return [];
    const [here, there] = [valuesOf(declared), valuesOf(wanted)];
    const differing = [...new Set([...here.keys(), ...there.keys()])].filter(
      (name) => here.get(name) !== there.get(name),
    );
    if (differing.length === 0) return [];
    const shown = differing.map(
      (name) => `${name} (${here.get(name) ?? "none"}, the workflows: ${there.get(name) ?? "none"})`,
    );
    const message = `the settings of ${stackLabel(declared)} are declared already and left as they are; other than the workflows say: ${shown.join("; ")}`;
    return [{ message, from: declared.from }];
  });
}

/** Each field by its name; the values of a list in one text. */
function valuesOf(settings: StackSettings): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of plannedSettings(settings, () => "").fields)
    values.set(name, [...(values.has(name) ? [values.get(name)] : []), value].join(", "));
  return values;
}
