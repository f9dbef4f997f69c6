import type { Json } from "../rule.ts";

/** A rule that was read, or why a document is none. */
export type ReadRule<R> = R | { readonly kind: "unread"; readonly because: string };

export function objectOf(json: Json | undefined): { readonly [key: string]: Json } | undefined {
  return isObject(json) ? json : undefined;
}

export function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

export function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

export function elements(json: Json | undefined): readonly Json[] | undefined {
  return isList(json) ? json : undefined;
}

export function textOf(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}

/** A list of texts and of nothing else. */
export function textList(json: Json | undefined): readonly string[] | undefined {
  const texts = elements(json)?.filter((one) => typeof one === "string");
  return texts?.length === elements(json)?.length ? texts : undefined;
}
