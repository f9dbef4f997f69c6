/** Where the `node_modules` of the second judge and the second GitHub lies, or will lie. */
export function secondFolder(): string;
