import { isLiteralPattern, matchesPattern, mayMatchPath } from "@gha2pulumi/workflow";

/** Path filters of Deployments for those of a workflow, or why there are none that mean the same. */
export type TranslatedPaths =
  | { readonly kind: "paths"; readonly paths: readonly string[] }
  | { readonly kind: "refused"; readonly because: string };

/**
 * Translates `paths:` or `paths-ignore:`. GitHub reads a list in order, later patterns overriding earlier ones;
 * Deployments lets an exclude win always. So no positive pattern behind a negative one may match a path of it, and only
 * the signs that Deployments documents (`*`, `**` as a whole component) may be used.
 * `own` are workflow files that go away: a filter that names one has nothing left to match.
 */
export function translatePaths(
  paths: readonly string[],
  ignored: readonly string[],
  own: ReadonlySet<string>,
): TranslatedPaths {
  const kept = paths.filter((path) => !own.has(path) && (path.startsWith("!") || mayMatchPath(path)));
  const isTakenBack = (path: string, at: number): boolean =>
    path.startsWith("!") && kept.slice(at).some((one) => !one.startsWith("!") && mayShare(path.slice(1), one));
  if (kept.some(isTakenBack)) {
    return {
      kind: "refused",
      because: "a path is taken back in after `!` took it out; in Deployments an exclude always wins",
    };
  }
  if (paths.length > 0 && kept.every((path) => path.startsWith("!"))) {
    return { kind: "refused", because: "its path filter names only files that go away" };
  }
  const result: string[] = [];
  for (const path of [...kept, ...ignored.filter((one) => !own.has(one)).map((one) => `!${one}`)]) {
    const translated = translatePath(path.replace(/^!/, ""));
    if (!translated)
      return {
        kind: "refused",
        because: `the path filter \`${path}\` uses signs whose meaning Deployments does not document`,
      };
    result.push(...translated.map((one) => (path.startsWith("!") ? `!${one}` : one)));
  }
  return { kind: "paths", paths: [...new Set(result)] };
}

/** Whether a path may match both patterns; not where one is a plain path, or their beginnings differ. */
function mayShare(one: string, other: string): boolean {
  if (isLiteralPattern(one)) return matchesPattern(other, one);
  if (isLiteralPattern(other)) return matchesPattern(one, other);
  // A `?` or a `+` is about the character before it.
  const [a = "", b = ""] = [one, other].map((pattern) => /^[^*?+[\]\\]*(?![?+])/.exec(pattern)?.[0]);
  return a.startsWith(b) || b.startsWith(a);
}

function translatePath(path: string): readonly string[] | undefined {
  const clean = path;
  if (isLiteralPattern(clean)) return clean.startsWith("/") || clean.endsWith("/") ? undefined : [clean];
  if (/[?+[\]{}()\\!]/.test(clean)) return undefined;
  // `**` alone is every path; `**.md` crosses folders on GitHub, which here takes a component of its own.
  if (clean === "**" || clean === "**/*" || clean === "**/**") return ["**"];
  const parts = clean
    .split("/")
    .map((part) => (/^\*\*.+/.test(part) && !part.slice(2).includes("**") ? ["**", `*${part.slice(2)}`] : [part]));
  const flat = parts.flat();
  return flat.some((part) => part === "" || (part.includes("**") && part !== "**")) ? undefined : [flat.join("/")];
}
