import fc from "fast-check";
import { eventKey, type Event, type Path, type Tree } from "@gha2pulumi/repo";

/** Words of a repository's workflows that names of branches, tags, labels, people and inputs may be made of. */
interface Vocabulary {
  readonly names: readonly string[];
  readonly files: readonly Path[];
  readonly crons: readonly string[];
  readonly workflows: readonly Path[];
}

function vocabularyOf(tree: Tree): Vocabulary {
  const workflows = [...tree.keys()].filter((path) => path.startsWith(".github/workflows/"));
  const text = workflows.map((path) => tree.get(path) ?? "").join("\n");
  // What stands above the jobs, and whatever conditions quote.
  const heads = workflows.map((path) => (tree.get(path) ?? "").split(/^jobs:/m)[0] ?? "").join("\n");
  const quoted = [...text.matchAll(/'([^'\n]{1,40})'/g)].map(([, word = ""]) =>
    word.replace(/^refs\/(heads|tags)\//, ""),
  );
  const words = [...heads.matchAll(/[A-Za-z*][\w./*-]{1,30}/g)].map(([word]) => word).concat(quoted);
  const crons = [...text.matchAll(/cron:\s*['"]([^'"]+)/g)].map(([, cron = ""]) => cron);
  const patterns = words.filter((word) => word.includes("/") || word.includes("."));
  return { names: [...new Set(words)], files: [...tree.keys(), ...patterns], crons, workflows };
}

/** A star of a pattern becomes something that matches it. */
const filled = (word: string, by: string): string => word.replace(/\*+/g, by).replace(/^\/+|\/+$/g, "") || by;

/**
 * Events that nobody derived from anything: names, files and times out of the words of both trees, and others. Of a pull
 * request, every action, so that none is judged without the others.
 */
export function randomEvents(before: Tree, after: Tree): fc.Arbitrary<readonly Event[]> {
  const words = vocabularyOf(new Map([...after, ...before]));
  const some = fc.constantFrom("x", "x7", "deep-er", "v3.1");
  const from = (known: readonly string[]): fc.Arbitrary<string> =>
    fc.oneof(
      some,
      fc.tuple(fc.constantFrom("topic", ...known), some).map(([word, by]) => filled(word, by)),
    );
  const name = fc.oneof(fc.constant("main"), from(words.names));
  const file = from(["README.md", "infra/vpc.ts", ...words.files]);
  const files = fc.array(file, { minLength: 1, maxLength: 3 });
  const cron = fc.constantFrom("59 23 28 2 *", "0 6 * * MON", ...words.crons);
  const pulls = fc
    .record({
      base: name,
      fork: fc.boolean(),
      draft: fc.boolean(),
      labels: fc.array(name, { maxLength: 2 }),
      actor: name,
      files,
      merged: fc.boolean(),
    })
    .map(({ merged, ...rest }) =>
      ["opened", "synchronize", "reopened", "closed", "labeled"].map((action): Event => ({
        kind: "pull_request",
        target: false,
        action,
        merged: merged && action === "closed",
        ...rest,
      })),
    );
  const one = fc.oneof(
    fc.tuple(name, files).map(([branch, changed]): Event => ({ kind: "push", branch, files: changed })),
    name.map((tag): Event => ({ kind: "tag", tag })),
    cron.map((text): Event => ({ kind: "schedule", cron: text, zone: "UTC", branch: "main" })),
    fc
      .tuple(name, fc.constantFrom("success", "failure", "cancelled", "timed_out"))
      .map(([head, conclusion]): Event => ({
        kind: "workflow_run",
        type: "completed",
        conclusion,
        head,
        branch: "main",
      })),
    fc
      .tuple(fc.constantFrom("release", "delete", "issues"), fc.constantFrom(undefined, "created"))
      .map(([event, type]): Event => ({ kind: "other", name: event, type, branch: "main" })),
  );
  return fc
    .array(
      fc.oneof(
        one.map((event) => [event]),
        pulls,
      ),
      { minLength: 4, maxLength: 12 },
    )
    .map((groups) => [...new Map(groups.flat().map((event) => [eventKey(event), event])).values()]);
}
