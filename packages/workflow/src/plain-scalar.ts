import { textOfValue, type Primitive } from "./expression/value.ts";

/**
 * A scalar without quotes with the type that the core schema of YAML 1.2 gives it: `1.20` is a number and `yes` a text.
 * https://yaml.org/spec/1.2.2/#1032-tag-resolution
 */
export function plainScalar(text: string): Primitive {
  if (/^([Tt]rue|TRUE)$/.test(text)) return true;
  if (/^([Ff]alse|FALSE)$/.test(text)) return false;
  if (/^([Nn]ull|NULL|~)$/.test(text)) return null;
  if (/^0(x[\dA-Fa-f]+|o[0-7]+)$/.test(text)) return Number(text);
  if (/^[-+]?(\d+|\d*\.\d+|\d+\.\d*)([Ee][-+]?\d+)?$/.test(text)) return Number(text);
  if (/^[-+]?\.(inf|Inf|INF)$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^\.(nan|NaN|NAN)$/.test(text) ? Number.NaN : text;
}

/** The text that GitHub makes of it where it takes a text: `True` is `true`, `1.20` is `1.2`, `0x1F` is `31`. */
export function plainText(text: string): string {
  return textOfValue(plainScalar(text));
}
