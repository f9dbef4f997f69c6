import { readFileSync } from "node:fs";
import { Session, type Profiler } from "node:inspector/promises";
import { fileURLToPath } from "node:url";

interface Profile {
  /** The part of the time in which a function of such a module was running, or was waiting for what it called. */
  readonly shareOf: (module: RegExp) => number;
  /** The functions that ran most themselves. */
  readonly hotSpots: (count: number) => string;
}

/** Runs something under V8's sampling profiler. */
export async function profiled(work: () => void): Promise<Profile> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  return readProfile(profile);
}

function readProfile({ nodes, samples = [] }: Profiler.Profile): Profile {
  const modules = moduleFinder();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)));
  const counts = new Map<number, number>();
  for (const id of samples) counts.set(id, (counts.get(id) ?? 0) + 1);
  const isWithin = (id: number | undefined, module: RegExp): boolean => {
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const node = byId.get(at);
      if (node && module.test(modules(node.callFrame))) return true;
    }
    return false;
  };
  return {
    shareOf: (module) => {
      const within = [...counts].filter(([id]) => isWithin(id, module)).reduce((sum, [, count]) => sum + count, 0);
      return within / samples.length;
    },
    hotSpots: (most) => {
      const own = new Map<string, number>();
      for (const [id, count] of counts) {
        const frame = byId.get(id)?.callFrame;
        const name = frame === undefined ? "" : `${frame.functionName} ${modules(frame).split("/").at(-1)}`.trim();
        own.set(name, (own.get(name) ?? 0) + count);
      }
      const sorted = [...own].sort(([, a], [, b]) => b - a).slice(0, most);
      return sorted.map(([name, count]) => `${name} ${((100 * count) / samples.length).toFixed(0)} %`).join(", ");
    },
  };
}

/** Of which source a place in a bundle is: esbuild writes a comment with its path above each. */
function moduleFinder(): (frame: { readonly url: string; readonly lineNumber: number }) => string {
  const known = new Map<string, readonly string[]>();
  return ({ url, lineNumber }) => {
    if (!url.startsWith("file:")) return "";
    let lines = known.get(url);
    if (lines === undefined) {
      let current = "";
      lines = readFileSync(fileURLToPath(url), "utf8")
        .split("\n")
        .map((line) => (current = /^\/\/ (\S+\.[cm]?[jt]s)$/.exec(line)?.[1] ?? current));
      known.set(url, lines);
    }
    return lines[lineNumber] ?? "";
  };
}
