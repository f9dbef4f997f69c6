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
