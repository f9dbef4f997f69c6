import type { Waves } from "../configuration.ts";
import type { Row } from "./row.ts";

/** Whether the next wave may open after these: `stop` says why the campaign stands still for good. */
export type Gate =
  | { readonly kind: "open" }
  | { readonly kind: "wait"; readonly reason: string }
  | { readonly kind: "stop"; readonly reason: string };

/** A share of fewer than these says nothing: of the first wave's one repository, one closed is all of it. */
const fewest = 2;

/** Judges the waves so far. Rows are those of all repositories of the campaign. */
export function gateAfter(wave: number, rows: readonly Row[], { next, stopClosed, stopFailed }: Waves): Gate {
  const opened = rows.filter((row) => row.wave !== null && row.wave <= wave);
  const failed = opened.filter(({ state }) => state === "failed").length;
  if (failed >= fewest && failed / opened.length > stopFailed) {
    return { kind: "stop", reason: `${failed} of ${opened.length} repositories failed` };
  }
  const settled = opened.filter(({ pull }) => pull !== null && pull.state !== "open");
  const closed = settled.filter(({ pull }) => pull?.state === "closed").length;
  if (closed >= fewest && closed / settled.length > stopClosed) {
    return { kind: "stop", reason: `${closed} of ${settled.length} settled pull requests were closed without a merge` };
  }
  const open = opened.filter(({ pull }) => pull?.state === "open").length;
  if (next === "settled" && open > 0) {
    return {
      kind: "wait",
      reason: `${open} pull request${open === 1 ? "" : "s"} of the waves so far ${open === 1 ? "is" : "are"} open`,
    };
  }
  return { kind: "open" };
}
