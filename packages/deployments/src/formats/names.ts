/** Words that cannot name a variable of a module. */
const RESERVED = new Set(
  (
    "abstract any arguments as async await boolean break case catch class const continue debugger declare default " +
    "delete do else enum eval export extends false finally for from function get if implements import in infer " +
    "Infinity instanceof interface is keyof let module NaN namespace never new null number object of package private " +
    "protected public readonly require return set static string super switch symbol this throw true try type typeof " +
    "undefined unique unknown using var void while with yield"
  ).split(" "),
);

export type NameGiver = (...wishes: readonly [string, ...string[]]) => string;

/** Gives each name once: the first of the wishes that is free, or the last one with a number behind a separator. */
export function nameGiver(taken: Iterable<string>, separator: string): NameGiver {
  const given = new Set(taken);
  return (...wishes) => {
    const last = wishes.at(-1) ?? wishes[0];
    let name = wishes.find((wish) => !given.has(wish));
    for (let count = 2; name === undefined; count++) {
      if (!given.has(`${last}${separator}${count}`)) name = `${last}${separator}${count}`;
    }
    given.add(name);
    return name;
  };
}

/** A variable name made of the letters and digits of a text: `shop-prod` becomes `shopProd`. */
export function variableName(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const camel = words.map((word, i) => (i === 0 ? lowerFirst(word) : word[0]?.toUpperCase() + word.slice(1))).join("");
  return camel === "" || /^[0-9]/.test(camel) || RESERVED.has(camel) ? `stack${camel}` : camel;
}

const lowerFirst = (word: string): string => (word[0]?.toLowerCase() ?? "") + word.slice(1);
