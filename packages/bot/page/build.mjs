// The page of the report as one file, without its data: `node build.mjs` writes `dist/report.html`.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

const here = dirname(fileURLToPath(import.meta.url));

/** The page as text, and the files that went into it. */
export async function buildPage() {
  // Otherwise Vite takes what the environment says, and a test's would be a page for debugging.
  process.env["NODE_ENV"] = "production";
  const modules = new Set();
  // Before the other plug-in, which takes the script's chunk away.
  const inputs = {
    name: "inputs",
    generateBundle: { order: "pre", handler: (_, files) => inputsOf(files).forEach((id) => modules.add(id)) },
  };
  const { output } = await build({
    root: here,
    configFile: false,
    logLevel: "warn",
    plugins: [inputs, viteSingleFile()],
    build: {
      write: false,
      target: "es2023",
      cssTarget: ["chrome125", "firefox128", "safari17.5"],
      modulePreload: { polyfill: false },
    },
  });
  const page = output.find(({ fileName }) => fileName === "index.html");
  return { html: withPolicy(page.source), modules: [...modules] };
}

function inputsOf(files) {
  return Object.values(files).flatMap((one) => (one.type === "chunk" ? one.moduleIds : []));
}

/**
 * The page may run its own script and use its own style, both named by their hashes, and nothing else: no request, no
 * frame, no form, no script that a text of a repository brings along. Data is no script, so it needs no hash.
 * https://www.w3.org/TR/CSP3/#external-hash
 */
function withPolicy(html) {
  const policy = [
    "default-src 'none'",
    `script-src ${hashes(html, /<script type="module"[^>]*>([^]*?)<\/script>/g)}`,
    `style-src ${hashes(html, /<style[^>]*>([^]*?)<\/style>/g)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return html.replace(/<head>/, () => `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`);
}

function hashes(html, element) {
  const texts = [...html.matchAll(element)].map(([, text]) => text);
  if (texts.length !== 1) throw new Error(`the page has ${texts.length} elements ${element}, not one`);
  return texts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`).join(" ");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { html } = await buildPage();
  mkdirSync(join(here, "dist"), { recursive: true });
  writeFileSync(join(here, "dist/report.html"), html);
  process.stdout.write(`dist/report.html: ${Buffer.byteLength(html)} bytes\n`);
}
