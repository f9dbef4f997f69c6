import { hasWord, type Bound, type Tree } from "@gha2pulumi/repo";

/**
 * Commands that print where a package manager keeps its cache, which a step behind them restores.
 * https://pnpm.io/continuous-integration#github-actions, https://github.com/actions/cache/blob/main/examples.md
 */
const prints =
  /^\$\((?:pnpm store path|yarn cache dir|yarn config get cacheFolder|npm config get cache|pip3? cache dir|go env GO(?:MOD)?CACHE)(?: --?\w+)*\)$/;

/**
 * What an operation sees, without the places of caches: a deployment has its own. A name that anything but a workflow has
 * stays: the program may read it, and so may a build before it.
 */
export function withoutCachePaths(environment: ReadonlyMap<string, Bound>, tree: Tree): ReadonlyMap<string, Bound> {
  const isCache = ([name, { text }]: readonly [string, Bound]): boolean => {
    const [only, ...more] = text;
    if (typeof only !== "object" || more.length > 0 || !prints.test(only.expression)) return false;
    return ![...tree].some(([path, file]) => !path.startsWith(".github/workflows/") && hasWord(file, name));
  };
  return new Map([...environment].filter((one) => !isCache(one)));
}
