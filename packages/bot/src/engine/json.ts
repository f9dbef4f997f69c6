import type { Json } from "./engine.ts";
import { NotJson } from "./errors.ts";

/** The value itself; throws `NotJson` with the place of what JSON would drop or change. */
export function checkedJson(what: string, value: unknown): Json {
  check(what, value, "it", new Set());
  return value as Json;
}

function check(what: string, value: unknown, path: string, around: Set<unknown>): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new NotJson(what, path, String(value));
    return;
  }
  if (typeof value !== "object") throw new NotJson(what, path, typeof value);
  if (around.has(value)) throw new NotJson(what, path, "a circle");
  around.add(value);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) check(what, value[i], `${path}[${i}]`, around);
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null)
      throw new NotJson(what, path, `of the class ${value.constructor.name}`);
    for (const [key, one] of Object.entries(value)) check(what, one, `${path}.${key}`, around);
  }
  around.delete(value);
}
