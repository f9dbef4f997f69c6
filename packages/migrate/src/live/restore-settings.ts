import { isJsonFields, jsonField, type Json, type JsonFields } from "@gha2pulumi/repo";
import { scheduleText, type RestPath } from "@gha2pulumi/deployments";
import type { LiveStack } from "./check-settings.ts";
import {
  scheduleSnapshot,
  stackSnapshot,
  type KeptSecret,
  type ScheduleSnapshot,
  type StackSnapshot,
} from "./settings-snapshot.ts";

/** A request to the REST API below `…/deployments/`, with what it does in words. */
export interface RestoringRequest {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body: Json | undefined;
  readonly does: string;
  /** The schedule that it makes was paused: the answer has its id. */
  readonly pauses: boolean;
}

/** What has to be done so that a stack is again what it was: requests in their order, and what only a person can do. */
export interface Restoring {
  readonly stack: string;
  readonly requests: readonly RestoringRequest[];
  readonly byHand: readonly string[];
}

/**
 * The way from what is live to a snapshot. Settings are merged field by field, so that a secret that is still there stays
 * untouched: nobody but the service has its value. `now`: an RFC 3339 time; what was to run once before it is not put back.
 * Schedules that were not there go first, and those that were come last: they need settings.
 */
export function restoring(
  snapshot: StackSnapshot,
  live: LiveStack,
  fingerprint: (ciphertext: string) => string,
  now: string,
): Restoring {
  const { stack } = snapshot;
  if (!live.exists)
    return { stack, requests: [], byHand: ["the stack is gone: there is nothing to put its settings on"] };
  const present = stackSnapshot(stack, live, fingerprint);
  const schedules = schedulesBack(snapshot.schedules, live.schedules, now);
  const settings = settingsBack(snapshot, present);
  return {
    stack,
    requests: [...schedules.removed, ...settings, ...schedules.added],
    byHand: [...secretsByHand(snapshot, present), ...schedules.byHand],
  };
}

function settingsBack(snapshot: StackSnapshot, present: StackSnapshot): readonly RestoringRequest[] {
  const request = (method: RestoringRequest["method"], body: Json | undefined, does: string): RestoringRequest[] => [
    { method, path: "settings", body, does, pauses: false },
  ];
  if (snapshot.settings === null)
    return present.settings === null ? [] : request("DELETE", undefined, "take its deployment settings away");
  if (present.settings === null) return request("PUT", snapshot.settings, "give it its deployment settings back");
  const stays = new Set(snapshot.secrets.map(({ path }) => JSON.stringify(path)));
  const gone = present.secrets.filter(({ path }) => !stays.has(JSON.stringify(path)));
  const patch = merged(patchOf(present.settings, snapshot.settings), gone);
  const names = namesOf(patch);
  return names.length === 0 ? [] : request("POST", patch, `set ${names.join(", ")}`);
}

/** A merge patch from one document to the other: `null` takes a field away. https://www.rfc-editor.org/rfc/rfc7396 */
function patchOf(from: Json, to: Json): JsonFields {
  const before = isJsonFields(from) ? from : {};
  const after = isJsonFields(to) ? to : {};
  const changed = Object.entries(after).flatMap(([name, value]): readonly [string, Json][] => {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    if (isJsonFields(value) && isJsonFields(old)) {
      const inner = patchOf(old, value);
      return Object.keys(inner).length === 0 ? [] : [[name, inner]];
    }
    const isSame = JSON.stringify(old) === JSON.stringify(value) || (old === undefined && isHollow(value));
    return isSame ? [] : [[name, value]];
  });
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name) && !isHollow(before[name]));
  return Object.fromEntries([...changed, ...removed.map((name): [string, Json] => [name, null])]);
}

/** Whether nothing is left of a block without its secrets: the service may give it back or not. */
function isHollow(value: Json | undefined): boolean {
  return isJsonFields(value) && Object.values(value).every(isHollow);
}

/** The patch that also takes secrets away which were not there, unless what they stand in goes already. */
function merged(patch: JsonFields, gone: readonly KeptSecret[]): JsonFields {
  return gone.reduce<JsonFields>((all, { path }) => withNull(all, path), patch);
}

function withNull(patch: JsonFields, [name = "", ...rest]: RestPath): JsonFields {
  const inner = Object.hasOwn(patch, name) ? patch[name] : undefined;
  if (inner === null) return patch;
  // What is there instead is no secret, and replaces it.
  if (inner !== undefined && (rest.length === 0 || !isJsonFields(inner))) return patch;
  return { ...patch, [name]: rest.length === 0 ? null : withNull(isJsonFields(inner) ? inner : {}, rest) };
}

function namesOf(patch: JsonFields, at: RestPath = []): readonly string[] {
  return Object.entries(patch).flatMap(([name, value]) =>
    isJsonFields(value) && Object.keys(value).length > 0 ? namesOf(value, [...at, name]) : [[...at, name].join(".")],
  );
}

function secretsByHand(snapshot: StackSnapshot, present: StackSnapshot): readonly string[] {
  return snapshot.secrets.flatMap(({ path, fingerprint }) => {
    const now = present.secrets.find((one) => JSON.stringify(one.path) === JSON.stringify(path));
    const name = path.join(".");
    if (now === undefined) return [`set the secret ${name} again: it is gone, and a snapshot has no values`];
    if (fingerprint === null || now.fingerprint === null)
      return [`see that the secret ${name} is what it was: nothing tells`];
    return now.fingerprint === fingerprint ? [] : [`set the secret ${name} again: it is another one by now`];
  });
}

interface SchedulesBack {
  readonly removed: readonly RestoringRequest[];
  readonly added: readonly RestoringRequest[];
  readonly byHand: readonly string[];
}

/** A schedule that is there as it was stays; any other one goes, and what is missing is made. */
function schedulesBack(wanted: readonly ScheduleSnapshot[], live: readonly Json[], now: string): SchedulesBack {
  const left = [...wanted];
  const removed: RestoringRequest[] = [];
  const bare: ScheduleSnapshot[] = [];
  for (const one of live) {
    const present = scheduleSnapshot(one);
    const at = left.findIndex((other) => keyOf(other) === keyOf(present));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    if (found === undefined) removed.push(removal(one, idOf(one)));
    else if (JSON.stringify(found.secrets) !== JSON.stringify(present.secrets)) bare.push(found);
  }
  const isLate = ({ once }: ScheduleSnapshot): boolean => once !== null && once <= now;
  return {
    removed,
    added: left.filter((one) => !isLate(one)).map(addition),
    byHand: [
      ...left.filter(isLate).map((one) => `the time of "${wordsOf(one)}" is past: it is not made again`),
      ...[...bare, ...left].flatMap((one) =>
        isLate(one) ? [] : one.secrets.map((path) => `set ${path.join(".")} of "${wordsOf(one)}" again`),
      ),
    ],
  };
}

/** What tells schedules apart but for their secrets, which one that was made again does not have. */
function keyOf({ cron, once, paused, request }: ScheduleSnapshot): string {
  return JSON.stringify([cron, once, paused, withoutHollow(request)]);
}

function withoutHollow(value: Json): Json {
  if (!isJsonFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (isHollow(one) ? [] : [[name, withoutHollow(one)] as const])),
  );
}

/** The id as it stands in an address. */
function idOf(schedule: Json): string {
  const id = jsonField(schedule, "id");
  if (typeof id === "string" && /^[\w-]+$/.test(id)) return id;
  throw new Error("a schedule of Pulumi Cloud has no id that may stand in an address");
}

function removal(schedule: Json, id: string): RestoringRequest {
  const path = `schedules/${id}`;
  return { method: "DELETE", path, body: undefined, does: `take "${scheduleText(schedule)}" away`, pauses: false };
}

function addition(one: ScheduleSnapshot): RestoringRequest {
  const does = `make "${wordsOf(one)}" again`;
  const isDrift = jsonField(one.request, "operation") === "detect-drift" && one.cron !== null;
  if (isDrift) {
    const autoRemediate = jsonField(one.request, "operationContext", "options", "remediateIfDriftDetected") === true;
    const body = { scheduleCron: one.cron, autoRemediate };
    return { method: "POST", path: "drift/schedules", body, does, pauses: one.paused };
  }
  const time = one.cron === null ? { scheduleOnce: one.once } : { scheduleCron: one.cron };
  return { method: "POST", path: "schedules", body: { ...time, request: one.request }, does, pauses: one.paused };
}

function wordsOf({ cron, once, paused, request }: ScheduleSnapshot): string {
  return scheduleText({ scheduleCron: cron, scheduleOnce: once, paused, definition: { request } });
}
