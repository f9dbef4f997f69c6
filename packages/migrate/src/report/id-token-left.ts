import { apply, type Path, type Span } from "@gha2pulumi/repo";
import { findingKinds, nothingKnown, type Finding } from "@gha2pulumi/trust";
import { readWorkflow } from "@gha2pulumi/workflow";
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
    const span = placeOf(path, before, text);
    const rule = { kind: "aws", version: undefined, id: undefined, statements: [] } as const;
    return kind.see(rule, { ...nothingKnown, idTokenLeft: [path] }).map((seen) => ({ code: kind.code, ...seen, span }));
  });
}

/**
 * Where a job that is left is given it: in the job itself, whose permissions take the place of the workflow's, else in the
 * workflow. https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
 */
function placeOf(path: Path, before: string, after: string): Span {
  const left = readWorkflow(path, after).jobs;
  const spans = [...readWorkflow(path, before).jobs.values()].flatMap((job) => {
    const found = job.permissions?.get("id-token")?.text === "write" && left.has(job.id);
    const at = found ? asks.exec(before.slice(job.span.start, job.span.end)) : null;
    return at === null ? [] : [{ start: job.span.start + at.index, length: at[0].length }];
  });
  const first = asks.exec(before);
  const { start, length } = spans[0] ?? { start: first?.index ?? 0, length: first?.[0].length ?? 0 };
  return { path, start, end: start + length };
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
