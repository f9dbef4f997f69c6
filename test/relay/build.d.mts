/** Where the evaluator of ESC environments that is built from this tree lies, or will lie. */
export function builtEvaluator(): string;
