import { documentationEndings } from "@gha2pulumi/repo";
import type { Notation, NotationReader, RoleDefinition } from "../notation.ts";
import { embeddedDocuments, type Language } from "./embedded-json.ts";
import { homeOf, spansOf } from "./policy-values.ts";

/**
 * A trust policy that a page shows, as JSON. No program reads it: the policy is found so that it can be listed, and
 * never written. What a block has in other languages is not looked for.
 */
export const documentation: Notation = {
  name: "documentation",
  claims: (path, text) => page.ending.test(path) && text.includes('"Statement"'),
  open: () => Promise.resolve(reader),
};

const page: Language = {
  ending: new RegExp(`\\.(?:${documentationEndings.join("|")})$`),
  words: "a block of documentation",
  holes: /(?!)/g,
  repeats: false,
  names: /(?!)/g,
};

const because = "documentation shows it, and no program reads it there: bring it up to date by hand";

const reader: NotationReader = {
  read: (tree, path) =>
    embeddedDocuments(tree, path, page).map(({ read, span }): RoleDefinition => ({
      notation: "documentation",
      variant: page.words,
      name: { kind: "untold" },
      place: span,
      document: span,
      policy: read.policy,
      statements: spansOf(read.statements),
      home: homeOf(read.statements),
      obstacle: { gap: "unsupported", because },
      told: true,
    })),
  write: () => ({ kind: "refused", reason: because }),
};
