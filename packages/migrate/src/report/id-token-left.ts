import { apply, type Span } from "@gha2pulumi/repo";
import { findingKinds, nothingKnown, type Finding } from "@gha2pulumi/trust";
import { callFile } from "../call/call-script.ts";
import type { Outcome } from "./outcome.ts";

/** Actions that need no token of their own, whatever version. */
const quiet =
  /^(?:actions\/(?:checkout|cache|setup-\w+|upload-artifact|download-artifact|github-script|labeler)|pulumi\/(?:actions|setup-pulumi)|pnpm\/action-setup|oven-sh\/setup-bun|docker\/setup-\w+-action)@/;

/**
 * Workflows that logged in before the change, and of which nothing that is left can use the token that they may still
 * ask for. An action or script that we know nothing about may.
 */
export function idTokenLeft({ world, changes }: Outcome): readonly (Finding & { readonly span: Span })[] {
  const after = apply(world.tree, changes);
  const kind = findingKinds.find(({ id }) => id === "W27");
  return changes.flatMap((change) => {
    const { path } = change;
    const text = after.get(path);
    const before = world.tree.get(path);
    if (change.kind !== "edit" || text === undefined || before === undefined || kind === undefined) return [];
    if (!path.startsWith(".github/workflows/") || !asks.test(text) || mayUse(text)) return [];
    const [found] = [...before.matchAll(new RegExp(asks, "g"))];
    const start = found?.index ?? 0;
    const span = { path, start, end: start + (found?.[0].length ?? 0) };
    const rule = { kind: "aws", version: undefined, id: undefined, statements: [] } as const;
    return kind.see(rule, { ...nothingKnown, idTokenLeft: [path] }).map((seen) => ({ code: kind.code, ...seen, span }));
  });
}

const asks = /\bid-token:\s*write\b/;

function mayUse(file: string): boolean {
  // Our own script takes what its step is given.
  const text = file.replaceAll(callFile, "");
  const used = [...text.matchAll(/^\s*(?:-\s+)?uses:\s*["']?([^\s"'#]+)/gm)].map(([, name]) => name ?? "");
  if (used.some((name) => !quiet.test(name))) return true;
  return /ACTIONS_ID_TOKEN|\bOIDC\b|oidc|\bcosign\b|\bsigstore\b|--provenance|trusted-publish|\bvault\b|\.sh\b|\bmake\b|npm (?:run|publish)/i.test(
    text,
  );
}
