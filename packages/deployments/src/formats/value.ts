import type { Trail } from "@gha2pulumi/repo";
import { settingPieces, type SettingPiece } from "../settings.ts";

/** What an expression of a settings program amounts to, as far as that can be read. */
export type Value = { readonly from: Trail } & (
  | { readonly kind: "text"; readonly pieces: readonly SettingPiece[] }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Value> }
  /** `pulumi.getOrganization()`. */
  | { readonly kind: "organization" }
  | { readonly kind: "undefined" }
  | { readonly kind: "unread"; readonly note: string }
);

/** A value that is not read, and why. */
export function unread(note: string, from: Trail): Value {
  return { kind: "unread", note, from };
}

/** Texts joined to one. */
export function concat(parts: readonly Value[], from: Trail): Value {
  const pieces: SettingPiece[] = [];
  for (const part of parts) {
    if (part.kind === "unread") return part;
    if (part.kind !== "text") return unread("something in a text that is no text itself", part.from);
    pieces.push(...part.pieces);
  }
  return { kind: "text", pieces: settingPieces(pieces), from };
}

/** A secret made of configuration. One made of a literal is not read: its text must not be copied anywhere. */
export function madeSecret(value: Value, from: Trail): Value {
  if (value.kind !== "text" || value.pieces.some((piece) => typeof piece === "string"))
    return unread("a literal secret", from);
  return {
    ...value,
    pieces: value.pieces.map((piece) => (typeof piece === "string" ? piece : { ...piece, secret: true })),
  };
}
