import { textOf, type Bound, type Text } from "@gha2pulumi/repo";
import type { Contexts } from "./expression/evaluate.ts";
import { isObject } from "./expression/value.ts";

/** Whether a `shell:` is one whose scripts are read; of any other the text is kept as it is. */
export function isShell(shell: string): boolean {
  return /^(bash|sh|pwsh|powershell|zsh)\b/.test(shell);
}

/** The variables a script finds, of those it names: GitHub gives every step some, as far as the event fixes them. */
export function shellEnvironment(
  isNamed: (name: string) => boolean,
  environment: ReadonlyMap<string, Bound>,
  contexts: Contexts,
): ReadonlyMap<string, Text> {
  const variables = new Map<string, Text>();
  const github = contexts["github"];
  if (typeof github === "object" && github !== null && "kind" in github && github.kind === "object") {
    for (const key of [
      "ref",
      "ref_name",
      "ref_type",
      "base_ref",
      "head_ref",
      "event_name",
      "repository",
      "repository_owner",
      "actor",
      "action_path",
    ]) {
      const name = `GITHUB_${key.toUpperCase()}`;
      if (!isNamed(name)) continue;
      const value = github.entries.get(key)?.value;
      const path = `github.${key}`;
      variables.set(
        name,
        typeof value === "string"
          ? textOf(value)
          : [{ expression: path, names: [path], note: "computed while it runs" }],
      );
    }
  }
  const { runner } = contexts;
  const system = runner && isObject(runner) ? runner.entries.get("os")?.value : undefined;
  if (isNamed("RUNNER_OS") && typeof system === "string") variables.set("RUNNER_OS", textOf(system));
  for (const key of ["sha", "run_id", "run_number", "run_attempt"]) {
    const path = `github.${key}`;
    const name = `GITHUB_${key.toUpperCase()}`;
    if (isNamed(name)) variables.set(name, [{ expression: path, names: [path], note: "computed while it runs" }]);
  }
  for (const [name, bound] of environment) if (isNamed(name)) variables.set(name, bound.text);
  return variables;
}
