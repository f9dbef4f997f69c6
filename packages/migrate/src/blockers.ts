import { asInShell, literal, written, type Bound, type Hole, type Path, type Tree } from "@gha2pulumi/repo";
import { afterTrouble, isStandIn, neverTrue, noCells, switchedOff } from "@gha2pulumi/workflow";
import { blocker, type Blocker } from "./blocker.ts";
import { someOf } from "./config-writes.ts";
import { isFetched } from "./fetched-names.ts";
import type { Gate, Occurrence, Reason } from "./intent.ts";
import type { Findings, Intent } from "./intents.ts";
import { jsonSecretOf } from "./clouds/azure.ts";
import { projectOf } from "./clouds/gcp.ts";
import { isByKey, keyDetail, keysIn } from "./cloud.ts";
import { missingToken } from "./state.ts";
import { isReference, isSecretByName, looksSecret } from "./literal-secrets.ts";
import { failingToday } from "./failing-today.ts";
import { jobQuestion, leavesAnswer } from "./job-question.ts";
import { keysRead } from "./login-keys.ts";
import { refusedLogins } from "./refused-logins.ts";
import { refusedParts } from "./refused-parts.ts";
import { writtenDetail } from "./kubeconfig-files.ts";
import { agentPoolOf, ownEnvironment } from "./runtime.ts";
import { hostedAnswer, mayBeHosted } from "./runner-labels.ts";
import { reviewBlockers } from "./review-blockers.ts";
import { perRunPart } from "./settings-value.ts";
import { isNamedByRun, stackBlockers } from "./stack-blockers.ts";
import { partsNamed } from "./stack-name.ts";
import { indexOf } from "./story-index.ts";
import { sourceOf } from "./stand-ins.ts";
import { triggerBlockers } from "./trigger-blockers.ts";
import type { World } from "./world.ts";

/** Everything that stands against moving an intent by itself, whatever else moves; each said once. */
export function blockersOf(intent: Intent, findings: Findings, world: World): readonly Blocker[] {
  const found = (one: Intent): readonly Blocker[] => allBlockers(one, findings, world);
  return reviewBlockers(intent, findings.intents, found(intent), found, world);
}

function allBlockers(intent: Intent, { intents, stories }: Findings, world: World): readonly Blocker[] {
  const events = (indexOf(stories).ofWorkflow.get(intent.workflow) ?? []).map((story) => story.event);
  const found = [
    ...unreadable(intent),
    ...generated(intent, world),
    ...intent.occurrences.flatMap((one) => ofOccurrence(one, intent.on, world)),
    ...triggerBlockers(intent, intents, events, world),
  ];
  const seen = new Set<string>();
  return found.filter(({ reason }) => {
    const key = `${reason.code} ${reason.message}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

function unreadable({ workflow, occurrences }: Intent): readonly Blocker[] {
  const unread = workflow.problems.find((one) => one.code === "unread");
  if (workflow.runnable) return unread ? [blocker("GP293", unread.message, [unread.span])] : [];
  const problem = workflow.problems.find((one) => one.fatal);
  return [
    blocker(
      "GP201",
      `GitHub does not run this file: ${problem?.message ?? "it is not a workflow"}`,
      problem ? [problem.span] : occurrences[0].operates.from,
    ),
  ];
}

/** The first comment of a file where it says that a program writes it: what is edited there comes back. */
export function writtenByProgram(path: Path, world: World): RegExpExecArray | undefined {
  const head = /^(?:[ \t]*(?:#.*)?(?:\r?\n|$))*/.exec(world.tree.get(path) ?? "")?.[0] ?? "";
  return (
    /^[ \t]*#.*\b(?:do not edit|auto-?generated|generated (?:by|from)|is generated)\b.*$/im.exec(head) ?? undefined
  );
}

function generated({ workflow }: Intent, world: World): readonly Blocker[] {
  const found = writtenByProgram(workflow.path, world);
  if (!found) return [];
  const from = { path: workflow.path, start: found.index, end: found.index + found[0].length };
  return [blocker("GP250", `a program writes its file (\`${found[0].trim()}\`), and would undo an edit`, [from])];
}

function ofOccurrence(one: Occurrence, on: Intent["on"], world: World): readonly Blocker[] {
  return [
    ...unknowns(one, on, world),
    ...refusedParts(one, world),
    ...refusedLogins(one, world),
    ...failingToday(one, world),
    ...backends(one),
    ...literalSecrets(one, world),
    ...declaredElsewhere(one, world),
    ...pools(one, world),
    ...gates(one),
    ...clock(one),
    ...keysRead(one),
    ...values(one, world.tree),
    ...one.feeds.map(plainBlocker),
    ...together(one.obstacles).map((reason) =>
      reason.code === "GP221" ? leftBehind(reason, one, world) : plainBlocker(reason),
    ),
  ];
}

function plainBlocker(reason: Reason): Blocker {
  return { reason, question: undefined };
}

/** Many values that `pulumi config` writes are one reason: nobody reads fifty lines that say the same. */
function together(reasons: readonly Reason[]): readonly Reason[] {
  const set = reasons.filter(({ writes }) => writes !== undefined);
  const keys = [...new Set(set.map(({ writes }) => writes?.key ?? ""))];
  const [first] = set;
  if (first === undefined || keys.length < 2) return reasons;
  const message = `\`pulumi config\` writes ${keys.length} values before the operation (${someOf(keys)}); a deployment reads them from the stack's file or from ESC`;
  return reasons.flatMap((reason) =>
    reason === first ? [{ ...reason, message }] : set.includes(reason) ? [] : [reason],
  );
}

/**
 * A step before it that nobody knows: what it does elsewhere, a call waits for; whether Pulumi needs something that it
 * leaves on the runner (a file, a variable, a login, a tunnel, a service), only a person can tell.
 */
function leftBehind(reason: Reason, { site }: Occurrence, { surroundings }: World): Blocker {
  const key = jobQuestion("leaves", site.jobPlay);
  const answer = leavesAnswer(site.jobPlay, surroundings);
  if (answer === "nothing")
    return plainBlocker({ ...reason, code: "GP252", message: `${reason.message}; you said that it leaves nothing` });
  const question = {
    kind: "leaves",
    key,
    choices: ["nothing", "run", "something"],
    names: [site.job],
    from: reason.from,
  } as const;
  return { reason, question: answer === undefined ? question : undefined };
}

/** Gaps that decide which operation, stack, folder or event is meant. */
function unknowns(one: Occurrence, on: Intent["on"], world: World): readonly Blocker[] {
  const { operates } = one;
  if (operates.hidden) return [blocker(operates.hidden.code, operates.hidden.message, operates.hidden.from)];
  const found: Blocker[] = [];
  if (operates.operation === undefined)
    found.push(blocker("GP202", `which operation \`${operates.operationText}\` is cannot be told`, operates.from));
  if (one.directory === undefined)
    found.push(
      blocker("GP203", `which folder \`${asInShell(written(operates.directory))}\` is cannot be told`, operates.from),
    );
  else if (!world.projects.has(one.directory))
    found.push(blocker("GP203", `there is no Pulumi.yaml in \`${one.directory}\``, operates.from));
  else if (one.project === undefined)
    found.push(blocker("GP203", `the Pulumi.yaml in \`${one.directory}\` has no name`, operates.from));
  const named = partsNamed(operates.stack)?.project;
  const project = named && literal(named);
  if (project !== undefined && one.project !== undefined && project !== one.project)
    found.push(
      blocker(
        "GP203",
        `its stack is one of the project \`${project}\`, and the Pulumi.yaml in \`${one.directory ?? ""}\` is of \`${one.project}\``,
        operates.stack?.from ?? operates.from,
      ),
    );
  found.push(...stackBlockers(one, on, world));
  if (one.certainty !== true) found.push(uncertain(one));
  if (one.organization !== undefined && !/^[A-Za-z0-9_-]{1,40}$/.test(one.organization))
    found.push(blocker("GP204", `\`${one.organization}\` is no name an organisation can have`, operates.from));
  const perRun = one.organizationText && perRunPart(one.organizationText.text);
  if (perRun)
    found.push(
      blocker("GP204", `the organisation is \`${perRun.expression}\`, which only a run can tell`, operates.from),
    );
  return found;
}

/** Rule 12: what looks like a secret in a file is copied nowhere, so nothing of that file goes anywhere. */
function literalSecrets({ environment, prepare, site, operates }: Occurrence, { tree }: World): readonly Blocker[] {
  const named = [...environment].find(([name, { text }]) => isSecretByName(name, literal(text) ?? ""));
  const help = "make it a secret, and give it a new value";
  if (named)
    return [blocker("GP253", `\`${named[0]}\` is written out and looks like a secret; ${help}`, named[1].from)];
  const isHeld = looksSecret(tree.get(site.workflow) ?? "") || prepare.some(({ command }) => looksSecret(command));
  return isHeld
    ? [blocker("GP253", `its workflow holds something that looks like a secret; ${help}`, operates.from)]
    : [];
}

/** Two writers of one object overwrite each other; a call needs settings as a move does. */
function declaredElsewhere({ project, directory, stack, operates }: Occurrence, world: World): readonly Blocker[] {
  if (operates.hidden || project === undefined || directory === undefined || stack === undefined) return [];
  const file = world.settingsFiles.find(({ settings }) => settings.project === project && settings.stack === stack);
  const [gap] = file?.gaps ?? [];
  if (file && gap) return [blocker("GP514", `\`${file.path}\` declares settings of its stack: ${gap.note}`, gap.from)];
  const other = world.foreignSettings.find(({ mayBeOf }) => mayBeOf(project, directory, stack));
  if (!other) return [];
  const message = `\`${other.path}\` declares deployment settings already, and they may be those of its stack`;
  return [blocker("GP303", message, [other.span])];
}

function backends({ backend, operates }: Occurrence): readonly Blocker[] {
  const missing = missingToken(backend);
  if (missing !== undefined) {
    const message = `${missing}, so nothing in its job can use Pulumi Cloud; where its state is, no file tells`;
    return [blocker("GP210", message, backend.from ?? operates.from)];
  }
  if (backend.kind === "diy")
    return [blocker("GP210", `its state is not in Pulumi Cloud (${backend.url ?? backend.note})`, backend.from)];
  if (backend.kind === "pulumi-cloud" && backend.url !== undefined)
    return [
      blocker(
        "GP211",
        `its Pulumi Cloud is one of its own (${backend.url}), which may have no Deployments`,
        operates.from,
      ),
    ];
  return backend.kind === "unknown"
    ? [blocker("GP211", `where its state is cannot be told: ${backend.note}`, operates.from)]
    : [];
}

/** An operation on a runner that GitHub does not host moves once somebody has said what takes its place. */
function pools({ pool }: Occurrence, world: World): readonly Blocker[] {
  if (pool === undefined || agentPoolOf(pool, world) !== undefined) return [];
  const { key, labels, from } = pool;
  const named = `\`${labels.join("`, `")}\``;
  const where = labels.includes("self-hosted")
    ? `a runner of its owner (${named})`
    : `${named}, which GitHub does not host`;
  const message = `it runs on ${where}, and no pool of agents is named for it`;
  const choices = mayBeHosted(pool) ? [hostedAnswer] : [];
  return [blocker("GP226", message, from, { kind: "agent-pool", key, choices, names: labels, from })];
}

/** What the clock starts and a drift run could do, or an update that nobody watches: only after somebody said so. */
function clock({ byClock, operates, site, identities }: Occurrence): readonly Blocker[] {
  if (byClock === undefined) return [];
  const { form, answer, drift } = byClock;
  const from = operates.from;
  // Azure compares whole subjects, and that of a drift run is documented nowhere.
  const isAzure = identities.some(({ kind }) => kind === "azure-oidc" || kind === "azure-secret");
  if (isAzure && drift !== undefined)
    return [
      blocker(
        "GP280",
        `it is ${form.is}, and Azure would have to trust a drift run by a name nobody has written down`,
        from,
      ),
    ];
  if (drift !== undefined || answer === "update") return [];
  if (answer === "keep") return [blocker(form.code, `it is ${form.is}, and you said to keep it`, from)];
  const key = jobQuestion("schedule", site.jobPlay);
  const question = { kind: "schedule", key, choices: form.choices, names: [site.job], from } as const;
  return [blocker(form.code, `by the clock it is ${form.is}`, from, question)];
}

function gates({ gates: found, event, operates }: Occurrence): readonly Blocker[] {
  // A preview changes nothing, so it need not wait for tests or for another preview: GP621 says so.
  const isPreview = event.kind === "pull_request" && operates.operation === "preview";
  return found.filter(({ kind }) => !(isPreview && (kind === "job" || kind === "preview"))).map(gateBlocker);
}

function gateBlocker(gate: Gate): Blocker {
  switch (gate.kind) {
    case "environment": {
      const key = "environments.protected";
      const message = `the environment \`${gate.name}\` may hold it back for an approval`;
      const choices = ["none", gate.name];
      return blocker("GP206", message, gate.from, {
        kind: "environments",
        key,
        choices,
        names: [gate.name],
        from: gate.from,
      });
    }
    case "job":
      return blocker("GP207", `it waits for the job \`${gate.name}\``, gate.from);
    case "step":
    case "preview":
      return blocker("GP207", `it waits for ${gate.name} in the same job`, gate.from);
    case "concurrency":
      return blocker("GP207", `it shares the concurrency group \`${gate.name}\` with ${gate.other}`, gate.from);
  }
}

/** What the name of the repository tells, and no run changes. */
const ofRepository = /^github\.(?:repository|repository_owner|event\.repository\.(?:name|full_name))$/;

function changesNote({ names, expression }: Hole): string {
  const isOfOwner = names.length > 0 && names.every((name) => /^(?:secrets|vars)\./.test(name));
  if (isOfOwner && /^(?:fromJSON|format|join)\(/i.test(expression))
    return `is made of ${names.map((name) => `\`${name}\``).join(" and ")}, and settings hold one as it is`;
  return names.length > 0 && names.every((name) => ofRepository.test(name))
    ? "is not known without the answer `repository`"
    : "changes from run to run or is set outside the workflow";
}

/** A condition that is open; one about forks leaves pull requests out as any other guard does. */
function uncertain(one: Occurrence): Blocker {
  const { from } = one.operates;
  return one.condition === "depends on whether it comes from a fork"
    ? blocker("GP236", "it leaves out some pull requests by their origin (forks); Deployments does not", from)
    : blocker("GP205", runsNote(one), from);
}

function runsNote({ condition }: Occurrence): string {
  if (condition === afterTrouble) return condition;
  if (condition === switchedOff) return `it is switched off: ${condition}`;
  return condition === neverTrue || condition === noCells
    ? `it never runs: ${condition}`
    : `whether it runs cannot be told: ${condition}`;
}

/** A value that no setting can hold, as its file has it: a name that stands for others may begin with what nobody wrote there. */
function asWritten({ expression }: Hole, { text, from }: Bound, tree: Tree): string {
  const source = isStandIn(expression) ? sourceOf(from, tree) : undefined;
  return source ?? (text.length > 1 ? written(text) : expression);
}

/** Values that change from run to run, and flags Deployments has no word for. */
function values(one: Occurrence, tree: Tree): readonly Blocker[] {
  const { operates, environment, identities } = one;
  const found = operates.modifiers
    .filter(({ name, treatment }) => treatment === "keep" && one.byClock?.form.flags.includes(name) !== true)
    .map((modifier) =>
      blocker("GP214", `\`${modifier.name}\` has no counterpart in deployment settings`, modifier.from),
    );
  const perRun = (what: string, bound: Bound, code = "GP220"): readonly Blocker[] => {
    const part = perRunPart(bound.text);
    return part
      ? [blocker(code, `${what} is \`${asWritten(part, bound, tree)}\`, which ${changesNote(part)}`, bound.from)]
      : [];
  };
  for (const { name, treatment, value, from } of operates.modifiers)
    if (treatment === "option") found.push(...perRun(`\`--${name}\``, { text: value, from }, "GP215"));
  for (const { key, value } of operates.called ? [] : operates.config)
    found.push(blocker("GP222", `\`config-map\` sets \`${key}\` for the run`, value.from));
  const own = ownEnvironment(one);
  const isKey = identities.some(isByKey);
  const isPartOfKey = ({ text }: Bound): boolean => keysIn(identities).includes(jsonSecretOf(text) ?? "");
  for (const [name, bound] of environment) {
    // Keys that the run makes may be those of any role.
    if (own.has(name)) found.push(...perRun(`\`${name}\``, bound, "GP215"));
    else if (isKey && !isPartOfKey(bound)) found.push(...perRun(`\`${name}\`, with which it logs in,`, bound, "GP216"));
    if (isReference(literal(bound.text) ?? ""))
      found.push(blocker("GP216", `\`${name}\` is the name of a secret, which only the job can open`, bound.from));
  }
  const isFetchedName = (name: string): boolean => [environment.get(name)].some((bound) => bound && isFetched(bound));
  for (const identity of identities) {
    if (identity.role) found.push(...perRun("the role", { text: identity.role, from: identity.from }));
    // A region and a project are plain values, which the login also puts into the environment.
    const plain = ["region", "project_id", projectOf, writtenDetail, "chained", "restricted", "named"];
    for (const [name, bound] of identity.details)
      if (!plain.includes(name)) found.push(...perRun(name === keyDetail ? "its key" : `\`${name}\``, bound));
    if (identity.kind === "esc" && !identity.details.has("imported") && !identity.details.has("named"))
      found.push(
        blocker(
          "GP216",
          `its credentials come from the ESC environment \`${written(identity.role ?? [])}\`, which the stack's own file would have to import`,
          identity.from,
        ),
      );
    if (identity.kind === "fetched")
      found.push(
        blocker(
          "GP216",
          `its environment comes from \`${written(identity.role ?? [])}\`, which only the job can open`,
          identity.from,
        ),
      );
    const overridden = identity.carriers.find((name) => isFetchedName(name));
    if (overridden !== undefined)
      found.push(
        blocker(
          "GP216",
          `\`${overridden}\`, which a step fetches, is a second login beside \`${identity.kind}\``,
          identity.from,
        ),
      );
    const isWritten = identity.details.has(writtenDetail);
    if (
      (identity.kind === "kubeconfig" && !isWritten) ||
      (identity.kind === "1password" && !identity.details.has("named"))
    )
      found.push(
        blocker(
          "GP216",
          `its credentials (${identity.kind}) are files or values that only the job fetches`,
          identity.from,
        ),
      );
  }
  // A name that is asked for is one name, whatever it is.
  if (operates.upsert && one.stack === undefined && isNamedByRun(operates))
    found.push(blocker("GP217", "it creates stacks whose names only a run can tell", operates.from));
  return found;
}
