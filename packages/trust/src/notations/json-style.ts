import type { BracedStyle } from "./braced.ts";
import { source } from "./code.ts";
import { statementCode, type Spelling } from "./statement-code.ts";

/** JSON, in a file or inside a program's text; holes of the text around it are written as they are read. */
export function jsonStyle(quote: string, arn: Spelling["arn"] = () => undefined): BracedStyle {
  const text = (value: string): string => `${quote}${JSON.stringify(value).slice(1, -1)}${quote}`;
  return {
    padded: true,
    separator: ",",
    trailing: false,
    aligned: false,
    // JSON has no comments.
    comment: /(?!)/,
    deeperJoin: false,
    code: (statement) => statementCode(statement, { key: text, text, between: ": ", arn }),
  };
}

/** An ARN written as text, its holes included. */
export function asWritten(value: string): ReturnType<Spelling["arn"]> {
  return source(JSON.stringify(value));
}
