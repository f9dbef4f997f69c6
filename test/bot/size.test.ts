import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

const bot = resolve(import.meta.dirname, "../../packages/bot");
const most = 60_000_000;

/** The folders of everything that is installed with a package: what it depends on, as Node finds it from there. */
function dependenciesOf(folder: string, known = new Set<string>()): ReadonlySet<string> {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly dependencies?: object;
  };
  for (const name of Object.keys(dependencies)) {
    const found = installed(name, folder);
    if (known.has(found)) continue;
    known.add(found);
    dependenciesOf(found, known);
  }
  return known;
}

function installed(name: string, from: string): string {
  const here = join(from, "node_modules", name);
  if (existsSync(here)) return realpathSync(here);
  if (dirname(from) === from) throw new Error(`${name} is not installed`);
  return installed(name, dirname(from));
}

function bytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules")
    .map((entry) => join(folder, entry.name))
    .reduce((sum, path) => sum + (statSync(path).isDirectory() ? bytes(path) : statSync(path).size), 0);
}

test("the bot with everything it depends on is installed in 60 MB", () => {
  const own = bytes(join(bot, "dist"));
  expect(own).toBeGreaterThan(1_000_000);
  const others = [...dependenciesOf(bot)];
  expect(others.length).toBeGreaterThan(20);
  expect(own + others.map(bytes).reduce((a, b) => a + b)).toBeLessThan(most);
});
