import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { packageOf } from "./notices.mjs";

/**
 * An esbuild plugin: `await import("ts-morph")` gives every name the package exports. With splitting, esbuild makes a
 * chunk of a CommonJS package that exports nothing but `default`; a module in between names the rest.
 */
export const lazyCommonJs = {
  name: "lazy-commonjs",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind !== "dynamic-import" || path.startsWith("node:") || pluginData === "resolving") return undefined;
      const resolved = await build.resolve(path, { kind, resolveDir, pluginData: "resolving" });
      if (resolved.external || !isCommonJs(resolved.path)) return undefined;
      return { path: resolved.path, namespace: "lazy-commonjs" };
    });
    build.onLoad({ filter: /.*/, namespace: "lazy-commonjs" }, ({ path }) => {
      const names = Object.keys(createRequire(path)(path)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
      const listed = names.filter((name) => name !== "default").join(", ");
      const contents = `import * as all from ${JSON.stringify(path)};\nexport const { ${listed} } = all;\n`;
      return { contents, loader: "js", resolveDir: "/" };
    });
  },
};

function isCommonJs(file) {
  const owner = packageOf(file);
  return (
    owner !== undefined &&
    file.endsWith(".js") &&
    owner.type !== "module" &&
    !/^export\b/m.test(readFileSync(file, "utf8"))
  );
}
