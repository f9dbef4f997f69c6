import { readFileSync, realpathSync, statSync } from "node:fs";
import type { PlanDocument, PlannedChange, Reversible } from "@gha2pulumi/migrate";
import type { Path } from "@gha2pulumi/repo";
import { decode } from "./disk-read.ts";
import { sha256 } from "./disk-write.ts";
import { Fault, reasonOf } from "./fault.ts";
import { misshapen } from "./plan-shape.ts";

/** A plan document from a file, checked: it may come from anybody. */
export interface ReviewedPlan {
  /** The file's real path on this disk. */
  readonly place: string;
  readonly document: PlanDocument;
  readonly changes: readonly Reversible[];
  /** The hash of every file the changes were made for; `null` for one that did not exist. */
  readonly hashes: ReadonlyMap<Path, string | null>;
}

// A plan of several hundred stacks is a few megabytes.
const mostBytes = 256 * 1024 * 1024;

/** Reads a plan document. Throws a fault that says where it is none. */
export function readPlan(file: string): ReviewedPlan {
  const document = documentOf(file, textOf(file));
  const problem = inconsistency(document.changes) ?? consentProblem(document);
  if (problem !== undefined) throw unusable(`${file} contradicts itself: ${problem}`);
  return {
    place: realpathSync(file),
    document,
    changes: document.changes.map(reversibleOf),
    hashes: new Map(document.changes.map(({ path, sha256: hash }) => [path, hash])),
  };
}

/** Whether a text is a plan document, of this version or another: what may be overwritten by one. */
export function isPlan(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "schemaVersion" in value && "changes" in value;
  } catch {
    return false;
  }
}

function textOf(file: string): string {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw unusable(`${file} is not an ordinary file`);
    if (stats.size > mostBytes) throw unusable(`${file} is larger than 256 MB`);
    const text = decode(readFileSync(file));
    if (text === undefined) throw unusable(`${file} is not valid UTF-8`);
    return text;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unusable(`the plan ${file} cannot be read: ${reasonOf(error)}`);
  }
}

function documentOf(file: string, text: string): PlanDocument {
  const value = parsed(file, text);
  const version = typeof value === "object" && value !== null && "schemaVersion" in value ? value.schemaVersion : 1;
  if (version !== 1) {
    throw unusable(`${file} is a plan of version ${JSON.stringify(version)}, and this gha2pulumi reads version 1`);
  }
  const problem = misshapen(value);
  if (problem !== undefined) throw unusable(`${file} is no plan document: ${problem}`);
  return value as PlanDocument;
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(`${file} is not whole JSON: ${reasonOf(error)}`);
  }
}

function unusable(message: string): Fault {
  return new Fault("GP710", message, "nothing was written; make the plan with gha2pulumi plan --out plan.json");
}

/** What the schema cannot say about changes: each has the fields of its kind, and they fit one another. */
function inconsistency(changes: readonly PlannedChange[]): string | undefined {
  const paths = changes.map(({ path }) => path);
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) return `two changes are about ${twice}`;
  for (const [i, change] of changes.entries()) {
    const problem = fieldsProblem(change);
    if (problem !== undefined) return `changes[${i}]: ${problem}`;
  }
  return undefined;
}

/** A case counts as accepted only where all its kinds of difference are among those that are. */
function consentProblem({ proof: { cases }, accepted }: PlanDocument): string | undefined {
  const codes = accepted.map(({ code }) => code);
  const at = cases.findIndex(
    (one) => one.accepted && !(one.codes.length > 0 && one.codes.every((code) => codes.includes(code))),
  );
  return at < 0 ? undefined : `proof.cases[${at}] is accepted, and what differs in it is not`;
}

function fieldsProblem({ kind, sha256: hash, text, splices, before }: PlannedChange): string | undefined {
  const given = [text !== undefined && "text", splices !== undefined && "splices", before !== undefined && "before"];
  const wanted = { create: "text", edit: "splices", delete: "before" }[kind];
  if (given.filter((name) => name !== false).join() !== wanted) return `a change of kind ${kind} has ${wanted} alone`;
  if ((kind === "create") !== (hash === null)) return `sha256 is null where a file is created, and only there`;
  if (![text, before].every((one) => one === undefined || isWellFormed(one)))
    return "a text in it is not valid Unicode";
  if (before !== undefined && sha256(before) !== hash) return "sha256 is not that of before";
  return splices === undefined ? undefined : splicesProblem(splices);
}

function splicesProblem(splices: NonNullable<PlannedChange["splices"]>): string | undefined {
  let at = 0;
  for (const { start, end, before } of [...splices].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at || end < start) return `the splice ${start}–${end} overlaps another, or ends before it starts`;
    if (before.length !== end - start) return `the splice ${start}–${end} takes out a text of another length`;
    at = end;
  }
  return undefined;
}

/** A half of a surrogate pair has no bytes of its own, so such a text could not be written and read back. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function reversibleOf({ path, kind, text = "", splices = [], before = "" }: PlannedChange): Reversible {
  switch (kind) {
    case "create":
      return { kind, path, text };
    case "edit":
      return { kind, path, splices };
    case "delete":
      return { kind, path, before };
  }
}
