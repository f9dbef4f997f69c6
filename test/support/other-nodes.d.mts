/** Versions of Node besides the one that runs: each, and where its program lies or will lie. */
export const otherNodes: readonly { readonly version: string; readonly program: string }[];
