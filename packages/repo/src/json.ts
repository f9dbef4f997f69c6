/** Any value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonFields;
/** An object of JSON. */
export interface JsonFields {
  readonly [name: string]: Json;
}

/** Whether a value of JSON is an object. */
export function isJsonFields(value: Json | undefined): value is JsonFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value of JSON holds under a name of its own; nothing where it is no object. */
export function jsonField(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  let found = value;
  for (const name of names) found = isJsonFields(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  return found;
}
