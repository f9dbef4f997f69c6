/** Where GitHub's OpenAPI description lies, or will lie. */
export function description(): string;
