import { readFileSync } from "node:fs";

// From the opening bracket to the first line that is its end; the entries between are indented.
const list = /^const libFiles = \[\{[\s\S]*?^\s*\}\];$/m;

/**
 * An esbuild plugin: ts-morph without the declarations of TypeScript's standard library, three megabytes of text. They
 * are read by nothing here, since every `Project` has `skipLoadingLibFiles`.
 */
export const withoutLibFiles = {
  name: "without-lib-files",
  setup(build) {
    build.onLoad({ filter: /[\\/]ts-morph-common\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!list.test(text)) throw new Error(`${path} has no list of library files any more: look where they are now`);
      return { contents: text.replace(list, "const libFiles = [];"), loader: "js" };
    });
  },
};
