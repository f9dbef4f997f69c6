import type { Text } from "@gha2pulumi/repo";
import type { Value } from "./expression/value.ts";
import { hole, namesRead } from "./shell/state.ts";
import { unnamed } from "./shell/output.ts";
import { toValue } from "./text-value.ts";

/** What a step leaves for later ones, if it runs: by the path that they read it with. */
export function unsure(path: string, text: Text): Text {
  return [hole(path, "set by a step that may not run", namesRead([text]))];
}

/** An output as later steps read it: by its path, where only the run tells it. */
export function outputOf(text: Text, path: string, certainty: true | undefined): Value {
  const [only] = text;
  const isOpen = typeof only === "object" && only.expression === unnamed;
  return toValue(!certainty ? unsure(path, text) : isOpen ? [{ ...only, expression: path }] : text);
}
