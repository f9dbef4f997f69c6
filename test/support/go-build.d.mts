/** Where a program lies, or will lie, that the module in a folder builds. */
export function builtProgram(module: string, tier: string, name: string, sources?: readonly string[]): string;

/** Builds it unless it is there, and prints where it is. `flags` go to the linker. */
export function buildProgram(module: string, target: string, what: string, flags?: string): void;
