import { isUnknown, textOfValue, isPrimitive, upper, type PossibleList, type Value } from "./value.ts";

/** Whether a value is surely another text than the JSON of a list: that is never empty, nor `[]` with an item in it. */
export function isOtherThanList(list: Value, other: Value): boolean {
  if (!isUnknown(list) || list.list?.json !== true || typeof other !== "string") return false;
  return other === "" || (other === "[]" && list.list.items.some((item) => item.sure));
}

/**
 * `contains(list, 'network')`: as an item of a list; in its JSON, as a part of an item, which is only sure of words that
 * look the same in JSON. `undefined` where it hangs on an item that may be missing.
 */
export function listContains({ json, items }: PossibleList, sought: Value): boolean | undefined {
  if (!isPrimitive(sought)) return undefined;
  const text = upper(textOfValue(sought));
  if (json && !/^[\w.-]+$/.test(text)) return undefined;
  const holding = items.filter((item) => (json ? upper(item.text).includes(text) : upper(item.text) === text));
  if (holding.some((item) => item.sure)) return true;
  return holding.length === 0 ? false : undefined;
}
