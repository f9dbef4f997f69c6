import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Values that may be in no file, log, command line, plan or error, each by what it is. */
export type Canaries = Readonly<Record<string, string>>;

/** A text and where it is. */
export type Place = readonly [place: string, text: string];

/** What of the canaries is somewhere, in words. */
export function canariesIn(canaries: Canaries, places: Iterable<Place>): readonly string[] {
  return [...places].flatMap(([place, text]) =>
    Object.entries(canaries).flatMap(([name, one]) => (text.includes(one) ? [`${name} is in ${place}`] : [])),
  );
}

/** Every file below a folder, its bytes as characters. */
export function filesBelow(root: string): readonly Place[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), "latin1")]);
}
