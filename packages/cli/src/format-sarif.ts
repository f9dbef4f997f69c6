import { printable, unprintable } from "@gha2pulumi/repo";
import type {
  Explanation,
  PlanDocument,
  PlannedChange,
  PlannedDiagnostic,
  PlannedOperation,
} from "@gha2pulumi/migrate";
import { version } from "../package.json";
import { placeOf } from "./place.ts";

/** Code of the result that holds the plan itself: what can be applied, as one fix. */
const planCode = "GP290";

/**
 * A plan as SARIF 2.1.0: its diagnostics as results, and what it changes as one result with one fix. The fix has every
 * change, since a workflow that goes without the settings that come would be a lost deployment. SARIF cannot delete a
 * file: one that the plan deletes ends up empty.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
 */
export function renderSarif(document: Reported, explanations: readonly Explanation[]): string {
  const results = [...document.diagnostics.map(resultOf), ...planResults(document)];
  const used = [...new Set(results.map(({ ruleId }) => ruleId))].sort();
  const rules = used.map((id) => ruleOf(id, explanations));
  const driver = { name: "gha2pulumi", version, rules };
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { "%SRCROOT%": { description: message("The folder of the repository.") } },
        results: results.map((result) => ({ ruleIndex: used.indexOf(result.ruleId), ...result })),
      },
    ],
  };
  return `${escapedJson(JSON.stringify(log, null, 2))}\n`;
}

/** What of a plan a log holds; a check has diagnostics alone. */
type Reported = Pick<PlanDocument, "diagnostics" | "operations" | "changes">;

interface Result {
  readonly ruleId: string;
  readonly [name: string]: unknown;
}

function resultOf({ code, severity, message: text, location, excerpt, help }: PlannedDiagnostic): Result {
  const place = physical(location, excerpt?.length, excerpt?.line);
  const whole = help === "" ? text : `${text.replace(/\.?$/, ".")} ${help}`;
  return { ruleId: code, level: severity, message: message(whole), locations: [{ physicalLocation: place }] };
}

function planResults({ operations, changes }: Reported): readonly Result[] {
  const moving = operations.filter(({ disposition }) => disposition === "move" || disposition === "call");
  // Where nothing of a workflow moves, a settings file goes.
  const settled = changes.find(({ kind }) => kind !== "create");
  const [first, ...rest] =
    moving.length > 0
      ? moving.map(operationPlace)
      : settled
        ? [{ physicalLocation: physical(`${settled.path}:1:1`) }]
        : [];
  if (first === undefined || changes.length === 0) return [];
  const what =
    moving.length > 0
      ? `Pulumi Deployments can run what these workflows run (${moving.length} of ${operations.length} operations).`
      : "A settings program can say what this file says.";
  const text = `${what} The fix is the whole plan: apply all of it, or none.`;
  return [
    {
      ruleId: planCode,
      level: "note",
      message: message(text),
      locations: [first],
      relatedLocations: rest,
      fixes: [{ description: message("The whole plan."), artifactChanges: changes.map(artifactChange) }],
    },
  ];
}

function operationPlace({ location, id }: PlannedOperation): object {
  return { physicalLocation: physical(location), message: message(id) };
}

function artifactChange(change: PlannedChange): object {
  return { artifactLocation: artifact(change.path), replacements: replacements(change) };
}

/** Offsets are UTF-16 units, as `columnKind` says of columns. */
function replacements({ kind, text = "", before = "", splices = [] }: PlannedChange): readonly object[] {
  switch (kind) {
    case "create":
      return [replacement(0, 0, text)];
    case "delete":
      return [replacement(0, before.length, "")];
    case "edit":
      return splices.map((one) => replacement(one.start, one.end, one.text));
  }
}

function replacement(start: number, end: number, text: string): object {
  const deletedRegion = { charOffset: start, charLength: end - start };
  return text === "" ? { deletedRegion } : { deletedRegion, insertedContent: { text } };
}

function physical(location: string, length?: number, line?: string): object {
  const { path, line: startLine, column: startColumn } = placeOf(location);
  const end = length === undefined ? {} : { endColumn: startColumn + length };
  const snippet = line === undefined ? {} : { snippet: { text: line } };
  return { artifactLocation: artifact(path), region: { startLine, startColumn, ...end, ...snippet } };
}

/** A path as a relative URI: everything that has a meaning in one is encoded. */
function artifact(path: string): object {
  return { uri: path.split("/").map(encoded).join("/"), uriBaseId: "%SRCROOT%" };
}

function encoded(part: string): string {
  // Half of a surrogate pair has no encoding.
  return encodeURIComponent(Buffer.from(part).toString()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
}

function ruleOf(id: string, explanations: readonly Explanation[]): object {
  const found = explanations.find(({ code }) => code === id);
  if (found === undefined) return { id };
  const { title, means, act } = found;
  return {
    id,
    shortDescription: message(title),
    fullDescription: message(means),
    help: message(`${means} To do: ${act}`),
  };
}

/**
 * Plain text: braces doubled (they enclose placeholders) and brackets behind a backslash (they begin links), as sections
 * 3.11.5 and 3.11.6 have it; on one line, and nothing in it that cannot be seen.
 */
function message(text: string): { readonly text: string } {
  return {
    text: printable(text).replace(/[{}]/g, "$&$&").replace(/[[\]]/g, "\\$&"),
  };
}

/** Snippets and inserted texts are kept as they are, so what cannot be seen in them is written as JSON's escapes. */
function escapedJson(json: string): string {
  return json.replace(unprintable, (character) =>
    character === "\n" ? character : [...Array(character.length).keys()].map((i) => escape(character, i)).join(""),
  );
}

function escape(character: string, i: number): string {
  return `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
}
