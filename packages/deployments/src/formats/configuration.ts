import type { StackSettings } from "../settings.ts";
import type { Language } from "./languages.ts";
import { yamlKeys } from "./yaml-text.ts";
import { configKeys, type ConfigPiece } from "./config-key.ts";
import { configPieces } from "./project.ts";

/** A configuration value that a new settings program asks for, and the key it asks for it by. */
export interface ConfigurationKey {
  readonly piece: ConfigPiece;
  readonly key: string;
}

/** Every configuration value that a new program with these settings asks for in a language, once. */
export function configurationKeys(settings: readonly StackSettings[], language: Language): readonly ConfigurationKey[] {
  const pieces = configPieces(settings);
  const keyOf = (language === "yaml" ? yamlKeys : configKeys)(pieces, new Map());
  return [...new Map(pieces.map((piece) => [keyOf(piece), { piece, key: keyOf(piece) }])).values()];
}
