import { byText } from "@gha2pulumi/repo";
import type { SettingPiece } from "../settings.ts";

/** A configuration value as a setting names it. One name may stand for two values: a secret and a plain one. */
export type ConfigPiece = Exclude<SettingPiece, string>;

/** The one key that is ours: the switch in front of every trigger. */
export const LIVE = "live";

/** The key under which a configuration value is stored. */
export type KeyOf = (piece: ConfigPiece) => string;

/**
 * Gives every configuration value a key of its own. `known` are the keys a program already uses and keeps.
 * Where a secret and a plain value have one name, the second to come is marked; secrets come first.
 */
export function configKeys(pieces: readonly ConfigPiece[], known: ReadonlyMap<string, ConfigPiece>): KeyOf {
  const keys = new Map<string, string>([...known].map(([key, piece]) => [identity(piece), key]));
  const taken = new Set(known.keys());
  const sorted = [...pieces].sort((a, b) => Number(b.secret) - Number(a.secret) || byText(a.config, b.config));
  for (const piece of sorted) {
    if (keys.has(identity(piece))) continue;
    const plain = encodeKey(piece.config);
    const key = taken.has(plain) ? `${plain}..${piece.secret ? "secret" : "variable"}` : plain;
    keys.set(identity(piece), key);
    taken.add(key);
  }
  return (piece) => keys.get(identity(piece)) ?? encodeKey(piece.config);
}

const identity = (piece: ConfigPiece): string => `${piece.secret ? "secret" : "plain"} ${piece.config}`;

/**
 * A name as a configuration key. Letters, digits, `_`, `-` and `.` stay, since `:` would split off a namespace and the
 * rest would need quoting in a shell; any other unit becomes `..` and its four hexadecimal digits.
 */
function encodeKey(name: string): string {
  if (name === "") return "..empty";
  // Escaped too: our own switch, and a leading `-`, which the command line would take for a flag.
  if (name === LIVE) return `${LIVE.slice(0, -1)}${escapeUnit(LIVE.slice(-1))}`;
  return name.replace(/^-|\.(?=\.|$)|[^A-Za-z0-9_.-]/g, escapeUnit);
}

const escapeUnit = (unit: string): string => `..${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** The name a key was made from: the inverse of what `configKeys` does. */
export function configName(key: string): string {
  const plain = key.replace(/\.\.(?:secret|variable)$/, "");
  if (plain === "..empty") return "";
  return plain.replace(/\.\.([0-9a-f]{4})/g, (_, unit: string) => String.fromCharCode(parseInt(unit, 16)));
}
