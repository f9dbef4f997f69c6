import { tableOf } from "@gha2pulumi/repo";
import {
  isPrimitive,
  isUnknown,
  itemsOf,
  jsonOfValue,
  order,
  textOfValue,
  unknownParts,
  upper,
  type Value,
  valueOfJson,
} from "./value.ts";

/** What a function makes of its arguments: a value, "it depends" on what is unknown, or what is wrong with them. */
export type Outcome =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "open"; readonly truthy: boolean | undefined }
  | { readonly kind: "failure"; readonly message: string };

/** Longest text a function makes. Calls within calls multiply lengths, so a short expression could ask for gigabytes. */
const maxLength = 1_048_576;

const tooLong: Outcome = { kind: "failure", message: `the text is longer than ${maxLength} characters` };

const dependsOnUnknown: Outcome = { kind: "open", truthy: undefined };

function value(result: Value): Outcome {
  return { kind: "value", value: result };
}

/** The functions of https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions. */
const functions: Readonly<Record<string, (args: readonly Value[]) => Outcome>> = tableOf({
  contains: ([search = null, item = null]) => contains(search, item),
  startswith: (args) => textTest(args, (text, part) => upper(text).startsWith(upper(part))),
  endswith: (args) => textTest(args, (text, part) => upper(text).endsWith(upper(part))),
  format,
  join,
  tojson: ([data = null]) => toJson(data),
  fromjson: ([text = null]) => fromJson(text),
});

/** Applies a function of the language. `case` and the functions about the run are not here: they need more. */
export function applyFunction(name: string, args: readonly Value[]): Outcome {
  const apply = functions[name];
  return apply === undefined ? { kind: "failure", message: `there is no function ${name}` } : apply(args);
}

function contains(search: Value, item: Value): Outcome {
  if (isUnknown(search) || isUnknown(item)) return dependsOnUnknown;
  const items = itemsOf(search);
  if (items !== undefined) {
    if (items.some((each) => !isUnknown(each) && order(item, each) === "equal")) return value(true);
    return items.some(isUnknown) ? dependsOnUnknown : value(false);
  }
  if (!isPrimitive(search) || !isPrimitive(item)) return value(false);
  // Here GitHub compares in lower case, everywhere else in upper case.
  return value(textOfValue(search).toLowerCase().includes(textOfValue(item).toLowerCase()));
}

function textTest(args: readonly Value[], test: (text: string, part: string) => boolean): Outcome {
  if (args.some(isUnknown)) return dependsOnUnknown;
  const [text = null, part = null] = args;
  return value(isPrimitive(text) && isPrimitive(part) && test(textOfValue(text), textOfValue(part)));
}

function join(args: readonly Value[]): Outcome {
  const [list = null, separator = ","] = args;
  if (args.some(isUnknown) || itemsOf(list)?.some(isUnknown) === true) return dependsOnUnknown;
  if (isPrimitive(list)) return value(textOfValue(list));
  const between = isPrimitive(separator) ? textOfValue(separator) : ",";
  const texts = (itemsOf(list) ?? []).map(textOfValue);
  const length = texts.reduce((sum, text) => sum + text.length + between.length, 0);
  return length > maxLength ? tooLong : value(texts.join(between));
}

function toJson(data: Value): Outcome {
  if (unknownParts(data).length > 0) return { kind: "open", truthy: true };
  const text = JSON.stringify(jsonOfValue(data), undefined, "  ");
  return text.length > maxLength ? tooLong : value(text);
}

function fromJson(text: Value): Outcome {
  if (isUnknown(text)) return dependsOnUnknown;
  try {
    const data = valueOfJson(JSON.parse(textOfValue(text)));
    return data === undefined ? { kind: "failure", message: "the JSON is nested too deeply" } : value(data);
  } catch {
    return { kind: "failure", message: "fromJSON is given text that is not JSON" };
  }
}

/** `{0}` is an argument, `{{` and `}}` are braces; after the number, GitHub ignores what comes before the brace. */
const formatPart = /\{\{|\}\}|\{(\d+)(?!\d)[^{}]*\}|[{}]/g;

/** Fills in the arguments. With an unknown one the result is unknown, but text around it makes it true. */
function format(args: readonly Value[]): Outcome {
  const [pattern = null, ...rest] = args;
  if (isUnknown(pattern)) return dependsOnUnknown;
  let wrong: string | undefined;
  let length = 0;
  const filled = textOfValue(pattern).replace(formatPart, (part: string, digits: string | undefined) => {
    if (part === "{{" || part === "}}") return part.slice(1);
    const argument = digits === undefined ? undefined : rest[Number(digits)];
    if (argument === undefined) {
      wrong ??= digits === undefined ? "a brace stands alone" : "it refers to an argument that is not there";
      return "";
    }
    const text = isUnknown(argument) ? "" : textOfValue(argument);
    length += text.length;
    return length > maxLength ? "" : text;
  });
  if (length > maxLength) return tooLong;
  if (wrong !== undefined) return { kind: "failure", message: `format cannot use its pattern: ${wrong}` };
  if (!rest.some(isUnknown)) return value(filled);
  return { kind: "open", truthy: filled === "" ? undefined : true };
}
