import { escaped, type Bound, type Path } from "@gha2pulumi/repo";
import { programIn } from "./program-files.ts";
import type { World } from "./world.ts";

/**
 * Commands that print where a package manager keeps its cache, which a step behind them restores.
 * https://pnpm.io/continuous-integration#github-actions, https://github.com/actions/cache/blob/main/examples.md
 */
const prints =
  /^\$\((?:pnpm store path|yarn cache dir|yarn config get cacheFolder|npm config get cache|pip3? cache dir|go env GO(?:MOD)?CACHE)(?: --?\w+)*\)$/;

/** What an operation sees, without the places of caches: a deployment has its own. A name that its program has stays. */
export function withoutCachePaths(
  environment: ReadonlyMap<string, Bound>,
  directory: Path | undefined,
  world: World,
): ReadonlyMap<string, Bound> {
  const isCache = ([name, { text }]: readonly [string, Bound]): boolean => {
    const [only, ...more] = text;
    if (typeof only !== "object" || more.length > 0 || !prints.test(only.expression)) return false;
    return directory !== undefined && !programIn(directory, world).some((file) => hasWord(file[1], name));
  };
  return new Map([...environment].filter((one) => !isCache(one)));
}

function hasWord(text: string, name: string): boolean {
  return new RegExp(`(?<!\\w)${escaped(name)}(?!\\w)`).test(text);
}
