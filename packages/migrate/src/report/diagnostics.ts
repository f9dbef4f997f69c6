import { innermost, location, positionIn, type Span, type Tree } from "@gha2pulumi/repo";
import { findingKinds } from "@gha2pulumi/trust";
import { lineWithoutSecrets } from "../literal-secrets.ts";
import { namedChecks } from "../checks/named-checks.ts";
import { cachesLeftOff } from "../dependency-cache.ts";
import { vanishingChecks } from "../vanishing-checks.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedDiagnostic } from "./plan-document.ts";
import { otherProviderVersion } from "./provider-version.ts";
import { otherwise } from "./declared-otherwise.ts";
import { foldNotes } from "./fold-notes.ts";
import { idleAnswers } from "./idle-answers.ts";
import { inputsUnread } from "./inputs-unread.ts";
import { idleTriggers } from "./idle-triggers.ts";
import { leftJobs } from "./left-jobs.ts";
import { missingPassphrases } from "./passphrases.ts";
import type { SeenAt } from "./role-told.ts";

type Severity = PlannedDiagnostic["severity"];

const notRun = "GitHub does not run this file as it stands. It is kept; mend it and plan again.";

/** Everything worth a compiler's kind of message: files that do not read, operations that stay, settings left alone. */
export function diagnosticsOf(outcome: Outcome, trust: readonly SeenAt[]): readonly PlannedDiagnostic[] {
  const { world, plan, findings, definitions } = outcome;
  const diagnostics: PlannedDiagnostic[] = [];
  const add = (code: string, severity: Severity, message: string, span: Span, help: string): void => {
    diagnostics.push({
      code,
      severity,
      message,
      location: location(world.tree, span),
      excerpt: excerptOf(world.tree, span),
      help,
    });
  };
  for (const workflow of world.repository.workflows.values()) {
    for (const { code: kind, fatal, message, span } of workflow.problems) {
      if (kind === "size") add("GP103", "error", `${message}: it is not read any further`, span, helpFor("GP103"));
      else if (kind === "unread") add("GP293", "warning", message, span, helpFor("GP293"));
      else if (kind === "input") add("GP294", "warning", message, span, helpFor("GP294"));
      else if (fatal) add("GP101", "error", message, span, notRun);
      else add("GP102", "warning", message, span, "The file is not edited here unless this is mended.");
    }
  }
  for (const action of world.repository.actions.values()) {
    for (const { code: kind, fatal, message, span } of action.problems) {
      const code = fatal ? "GP292" : kind === "unread" ? "GP293" : "GP294";
      add(code, fatal ? "error" : "warning", message, span, helpFor(code));
    }
  }
  for (const { disposition, reasons, intent } of plan.decisions) {
    if (disposition === "move" || disposition === "call") {
      for (const [name, from] of intent.occurrences.flatMap((one) => one.tokensLeft)) {
        const message = `\`${name}\` is the token of the run, which no deployment has; its program names it nowhere, so it is left out`;
        add("GP439", "warning", message, innermost(from), helpFor("GP439"));
      }
      continue;
    }
    const what = `${intent.occurrences[0].operates.operation ?? "an operation"} of ${intent.id.split("/").slice(3).join("/") || "a stack that is not named"}`;
    for (const reason of reasons) {
      add(
        reason.code,
        disposition === "ask" ? "warning" : "note",
        `${disposition === "ask" ? "asked" : "kept"}: ${what}: ${reason.message}`,
        innermost(reason.from),
        helpFor(reason.code),
      );
    }
  }
  for (const { message, from } of inputsUnread(findings.intents))
    add("GP437", "warning", message, innermost(from), helpFor("GP437"));
  for (const { message, from } of findings.mentions) add("GP219", "note", message, innermost(from), helpFor("GP219"));
  for (const { message, from } of idleTriggers(outcome))
    add("GP746", "note", message, innermost(from), helpFor("GP746"));
  for (const { message, from } of otherwise(plan.settings, world))
    add("GP510", "warning", message, innermost(from), helpFor("GP510"));
  for (const { code, message, from } of foldNotes(plan))
    add(code, code === "GP513" ? "note" : "warning", message, innermost(from), helpFor(code));
  for (const { asked, because } of cachesLeftOff(plan, world))
    add("GP518", "note", `the cache of dependencies is left off: ${because}`, innermost(asked), helpFor("GP518"));
  for (const { message, at } of idleAnswers(world)) add("GP534", "warning", message, at, helpFor("GP534"));
  for (const { message, at } of leftJobs(outcome)) add("GP740", "note", message, at, helpFor("GP740"));
  for (const { message, at } of missingPassphrases(outcome)) add("GP741", "warning", message, at, helpFor("GP741"));
  // Where no check goes away, it is of no consequence.
  const unread = vanishingChecks(plan.removals, world).length === 0 ? [] : namedChecks(world).unread;
  for (const { because, from } of unread)
    add(
      "GP291",
      "warning",
      `rules about checks cannot be read: ${because}; the checks they may name are not known`,
      from,
      helpFor("GP291"),
    );
  const provider = plan.settings.length === 0 ? undefined : otherProviderVersion(world);
  if (provider) add("GP512", "warning", provider.message, provider.at, helpFor("GP512"));
  for (const gap of world.gaps)
    add(
      "GP302",
      "warning",
      gap.note,
      innermost(gap.from),
      "These settings are left as they are, and the proof does not count on them.",
    );
  for (const { code, severity, text, at, span } of trust) {
    const todo = findingKinds.find((kind) => kind.code === code)?.todo ?? "";
    add(
      code,
      severity,
      at === undefined ? text : `${text} (${at})`,
      span,
      `${todo.replace(/^./, (c) => c.toUpperCase())}.`,
    );
  }
  // Of no use to who reads about operations that take no role.
  const shown = plan.settings.some(({ oidc }) => oidc.some(({ kind }) => kind === "aws")) ? definitions.roles : [];
  for (const { notation, place } of shown) {
    if (notation !== "documentation") continue;
    add("GP428", "note", "a page shows a trust policy for GitHub, and is left as it is", place, helpFor("GP428"));
  }
  const seen = new Set<string>();
  return diagnostics.filter((one) => {
    const key = `${one.code} ${one.location} ${one.message}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

/** What to do about a reason; the long text is `gha2pulumi explain CODE`. */
function helpFor(code: string): string {
  return `See \`gha2pulumi explain ${code}\`.`;
}

/** The line a span begins in, as a message shows it. */
export function excerptOf(tree: Tree, span: Span): PlannedDiagnostic["excerpt"] {
  const text = tree.get(span.path);
  if (text === undefined) return null;
  const { column } = positionIn(text, span.start);
  const start = span.start - column + 1;
  const end = text.slice(start).search(/[\r\n]/);
  const line = lineWithoutSecrets(text.slice(start, end < 0 ? undefined : start + end));
  return { line, length: Math.max(1, Math.min(span.end, start + line.length) - span.start) };
}
