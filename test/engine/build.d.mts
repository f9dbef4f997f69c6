/** Where the CLI that is built from this tree lies, or will lie. */
export function builtPulumi(): string;
