import { byText } from "@gha2pulumi/repo";
import type { Risk } from "./risk.ts";

/** A repository of a campaign, with what decides when its turn is. */
export interface Candidate {
  readonly repository: string;
  /** See `shapeOf`. */
  readonly shape: string;
  readonly risk: Risk["level"];
}

const order: readonly Risk["level"][] = ["low", "medium", "high"];

/**
 * The waves of a campaign, each at most as large as its size; what is left after the last size goes as one wave, or as
 * few as the first rule allows. A shape is first tried on one repository: the others of that shape come in a later wave.
 * Low risk goes first, then shapes that nobody has tried, the most common of them first, then names. A repository
 * without risk changes nothing, and is in no wave. The order of the rows decides nothing.
 */
export function wavesOf<Row extends Candidate>(
  rows: readonly Row[],
  sizes: readonly number[] = [1, 5, 25],
): readonly (readonly Row[])[] {
  const common = new Map<string, number>();
  for (const { shape } of rows) common.set(shape, (common.get(shape) ?? 0) + 1);
  let waiting = rows
    .filter(({ risk }) => order.includes(risk))
    .sort(
      (a, b) =>
        order.indexOf(a.risk) - order.indexOf(b.risk) ||
        (common.get(b.shape) ?? 0) - (common.get(a.shape) ?? 0) ||
        byText(a.shape, b.shape) ||
        byText(a.repository, b.repository),
    );
  const tried = new Set<string>();
  const waves: (readonly Row[])[] = [];
  while (waiting.length > 0) {
    const size = Math.max(1, sizes[waves.length] ?? Infinity);
    const wave = nextWave(waiting, tried, size);
    for (const { shape } of wave) tried.add(shape);
    waiting = waiting.filter((row) => !wave.includes(row));
    waves.push(wave);
  }
  return waves;
}

/** Of each risk: one repository of each untried shape, then those whose shape has been tried before this wave. */
function nextWave<Row extends Candidate>(
  waiting: readonly Row[],
  tried: ReadonlySet<string>,
  size: number,
): readonly Row[] {
  const begun = new Set<string>();
  const wave: Row[] = [];
  for (const risk of order) {
    const own = waiting.filter((row) => row.risk === risk);
    const firsts = own.filter(({ shape }) => {
      const isFirst = !tried.has(shape) && !begun.has(shape);
      if (isFirst) begun.add(shape);
      return isFirst;
    });
    wave.push(...firsts, ...own.filter(({ shape }) => tried.has(shape)));
  }
  return wave.slice(0, size);
}
