import { innermost, type Span, type Trail } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";

const word =
  /\s(?:--stack[=\s]|-s[=\s]|stack\s+(?:select|init)\s+(?:-\S+\s+)*)\s*("?)((?:\$\{\{[^}]*\}\}|\$\{?[A-Za-z_]\w*\}?|[\w./-])+)\1(?=\s|$)/;
const variable = /\$\{\{[^}]*\}\}|\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g;

/**
 * How a script writes the stack of its operation, behind `--stack` or where it selects one. GitHub fills expressions in
 * before the shell starts, so that one a variable was given stands for the variable in the whole script. A name that
 * `ofJob` knows is a variable of the job or the workflow, which the `env` context has.
 */
export function stackWord(
  from: Trail,
  step: Step,
  textOf: (span: Span) => string,
  ofJob: (name: string) => boolean,
): string | undefined {
  const place = innermost(from);
  const found = word.exec(` ${textOf(place)}`)?.[2];
  if (found === undefined) return undefined;
  const around = from.at(-2);
  const script = around !== undefined && holds(around, place) ? { ...around, end: place.start } : undefined;
  let isKnown = true;
  const text = found.replaceAll(variable, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare;
    if (name === undefined) return whole;
    const value =
      script &&
      (assigned(name, textOf(script)) ?? (holds(step.span, place) ? given(name, step, textOf, ofJob) : undefined));
    isKnown &&= value !== undefined;
    return value ?? "";
  });
  return isKnown ? text : undefined;
}

function holds(outer: Span, inner: Span): boolean {
  return outer.path === inner.path && outer.start <= inner.start && inner.end <= outer.end;
}

/** Whatever may make lines of a script run never, later, more than once or in a shell of their own. */
const blocks = /^\s*(?:if|for|while|until|case|select|function|eval|\.|source)\b|<<|(?<!\$\{)[({]\s*$|^\s*[({](?!\{)/m;

/** What a variable is given once, on a line of its own that always runs; the lines are those in front of its use. */
function assigned(name: string, lines: string): string | undefined {
  if (mentions(name, lines).length !== 1 || blocks.test(lines)) return undefined;
  const line = new RegExp(String.raw`(?<!\\)\n\s*(?:export\s+)?${name}=("?)((?:\$\{\{[^}\n]*\}\}|[\w./-])+)\1[ \t]*\n`);
  return line.exec(lines)?.[2];
}

/** A variable of the step, or of its job, that its script leaves as it is. */
function given(
  name: string,
  step: Step,
  textOf: (span: Span) => string,
  ofJob: (name: string) => boolean,
): string | undefined {
  if (step.run === undefined || mentions(name, textOf(step.run.span)).length > 0) return undefined;
  return step.env.get(name)?.text ?? (ofJob(name) ? `\${{ env.${name} }}` : undefined);
}

/** Where a name stands without `$`, or in an expansion that may give it a value. */
function mentions(name: string, text: string): readonly string[] {
  const shell = text.replaceAll(/\$\{\{[^}]*\}\}/g, "");
  return shell.match(new RegExp(String.raw`(?<![\w$]|\$\{)${name}\b|\$\{${name}(?!\})`, "g")) ?? [];
}
