/** Where the CLI that is built from this tree lies, or will lie. */
export function builtPulumi(): string;
/** Where the language host for programs in Pulumi YAML lies, or will lie. */
export function builtYamlHost(): string;
