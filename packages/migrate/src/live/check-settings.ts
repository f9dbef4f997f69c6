import { grouped, innermost, location, type Json, type Span, type Trail, type Tree } from "@gha2pulumi/repo";
import { compared, entriesOf, liveEntries, PROVIDER_VERSION, type Difference } from "@gha2pulumi/deployments";
import { shownWithoutSecrets, withoutSecrets } from "../literal-secrets.ts";
import { excerptOf } from "../report/diagnostics.ts";
import type { PlannedDiagnostic, PlannedSettings } from "../report/plan-document.ts";
import { plannedSettings } from "../report/settings-fields.ts";
import type { DeclaredStack, DeclaredStacks } from "./declared-stacks.ts";

/** A stack as Pulumi Cloud gave it: the answers of its REST API, as they came. `settings` is null where it has none. */
export interface LiveStack {
  readonly settings: Json;
  readonly schedules: readonly Json[];
  /** Whether there is such a stack, as far as the token may see. */
  readonly exists: boolean;
}

/**
 * The settings of a tree against those that are live, and against a recorded plan: everything that differs, with its
 * place in the program. No value of a secret is shown, nor a live one of what may hold a secret.
 */
export function checkSettings(
  tree: Tree,
  { stacks, isOff, problems }: DeclaredStacks,
  live: ReadonlyMap<string, LiveStack>,
  recorded: readonly PlannedSettings[],
): readonly PlannedDiagnostic[] {
  const at = atIn(tree);
  return shownWithoutSecrets([
    ...problems,
    ...stacks.flatMap((stack) => againstLive(stack, live.get(stack.name), at)),
    ...againstPlan(stacks, isOff, recorded, at),
  ]);
}

type Made = Pick<PlannedDiagnostic, "code" | "severity" | "message" | "help">;
type At = (trail: Trail, made: Made) => PlannedDiagnostic;

function atIn(tree: Tree): At {
  return (trail, made) => {
    const span: Span = innermost(trail);
    return { ...made, location: location(tree, span), excerpt: excerptOf(tree, span) };
  };
}

function againstLive({ name, settings }: DeclaredStack, live: LiveStack | undefined, at: At): PlannedDiagnostic[] {
  if (live === undefined) return [];
  if (live.settings === null) {
    const message = live.exists
      ? `${name} has no deployment settings in Pulumi Cloud`
      : `${name} is not in Pulumi Cloud, or the token may not see it`;
    const help = live.exists ? "Run `pulumi up` in the settings program." : "Create it, or look at the token's access.";
    return [at(settings.from, { code: "GP642", severity: "error", message, help })];
  }
  const { differences, open } = compared(entriesOf(settings), liveEntries(live.settings, live.schedules));
  const names = [...new Set(open.map((one) => one.name))].join(", ");
  const note: Made = {
    code: "GP644",
    severity: "note",
    message: `${name}: values that are in no file are not compared: ${names}`,
    help: "`pulumi preview` in the settings program compares them.",
  };
  return [
    ...differences.map((one) => differing(name, one, settings.from, at)),
    ...(open.length === 0 ? [] : [at(settings.from, note)]),
  ];
}

function differing(stack: string, one: Difference, from: Trail, at: At): PlannedDiagnostic {
  if (one.erased)
    return at(from, {
      code: "GP519",
      severity: "error",
      message: `${stack}: ${one.name} is ${shown(one.live)} in Pulumi Cloud, and version ${PROVIDER_VERSION} of the provider cannot declare it: \`pulumi up\` would erase it`,
      help: "Do not run `pulumi up` for this stack, unless it may go or somebody sets it again afterwards.",
    });
  return at(one.from?.from ?? from, {
    code: "GP641",
    severity: "error",
    message: `${stack}: ${one.name} is ${shown(one.live)} in Pulumi Cloud, and ${shown(one.declared)} in the program`,
    help: one.name === "schedule" ? helpForSchedules : helpForSettings,
  });
}

const helpForSettings =
  "Run `pulumi up` in the settings program, after which it is as the program says, or write into it what was changed by hand.";
const helpForSchedules =
  "`pulumi up` makes the schedules of the program and leaves others: delete those in Pulumi Cloud, or import them into the program.";

function shown(texts: readonly string[]): string {
  return texts.length === 0 ? "not set" : texts.map((text) => JSON.stringify(withoutSecrets(text))).join(", ");
}

const startsByItself: readonly string[] = ["deployCommits", "previewPullRequests", "pullRequestTemplate", "schedule"];

/** A program that is off has no triggers and no schedules, whatever the plan says of it once it is on. */
function againstPlan(
  stacks: readonly DeclaredStack[],
  isOff: boolean,
  recorded: readonly PlannedSettings[],
  at: At,
): readonly PlannedDiagnostic[] {
  const help = "If it is meant, make the plan again; if not, take the edit back.";
  const made = (message: string): Made => ({ code: "GP643", severity: "error", message, help });
  return recorded.flatMap((plan) => {
    const label = [plan.organization ?? "<organization>", plan.project, plan.stack].join("/");
    const found = stacks.find(
      ({ settings }) =>
        settings.project === plan.project && settings.stack === plan.stack && isSameOwner(settings, plan),
    );
    const anywhere = stacks[0]?.settings.from;
    if (found === undefined)
      return anywhere === undefined ? [] : [at(anywhere, made(`the plan has ${label}, and the program has not`))];
    const now = shownWithoutSecrets(plannedSettings(found.settings, () => ""));
    return differentNames(now.fields, plan.fields)
      .filter((name) => !isOff || !startsByItself.includes(name))
      .map((name) => {
        const entry = entriesOf(found.settings).find((one) => one.name === name);
        return at(entry?.value.from ?? found.settings.from, made(`${found.name}: ${name} is not what the plan says`));
      });
  });
}

function isSameOwner(settings: DeclaredStack["settings"], plan: PlannedSettings): boolean {
  return plannedSettings(settings, () => "").organization === plan.organization;
}

type Fields = PlannedSettings["fields"];

function differentNames(now: Fields, planned: Fields): readonly string[] {
  const mine = grouped(now, ({ name }) => name);
  const theirs = grouped(planned, ({ name }) => name);
  const textOf = (fields: Fields | undefined): string => JSON.stringify((fields ?? []).map(({ value }) => value));
  return [...new Set([...mine.keys(), ...theirs.keys()])].filter(
    (name) => textOf(mine.get(name)) !== textOf(theirs.get(name)),
  );
}
