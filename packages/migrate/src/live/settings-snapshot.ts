import { isJsonFields, jsonField, type Json, type JsonFields } from "@gha2pulumi/repo";
import { parted, type RestPath } from "@gha2pulumi/deployments";
import { isSecretByName } from "../literal-secrets.ts";
import type { LiveStack } from "./check-settings.ts";
import { isStackName } from "./declared-stacks.ts";

/** What Pulumi Cloud held for some stacks, so that it can be put back. It has no secret, only where they stood. */
export interface SettingsSnapshot {
  readonly kind: "settings-snapshot";
  readonly schemaVersion: 1;
  /** Where it was taken. */
  readonly url: string;
  readonly stacks: readonly StackSnapshot[];
}

export interface StackSnapshot {
  /** `acme/network/prod`. */
  readonly stack: string;
  /** In the spelling of the REST API, as a request would have them; null: there were none. */
  readonly settings: Json;
  readonly secrets: readonly KeptSecret[];
  readonly schedules: readonly ScheduleSnapshot[];
}

/** A secret by its place. The fingerprint tells whether it is still the same one, and nothing of its value. */
export interface KeptSecret {
  readonly path: RestPath;
  readonly fingerprint: string | null;
}

export interface ScheduleSnapshot {
  /** Five cron fields in UTC; null: it runs once. */
  readonly cron: string | null;
  readonly once: string | null;
  readonly paused: boolean;
  /** What it starts, in the spelling of the REST API, without secrets. */
  readonly request: Json;
  readonly secrets: readonly RestPath[];
}

/** The snapshot of one stack; `fingerprint` makes a short text of a ciphertext from which nothing can be told. */
export function stackSnapshot(
  stack: string,
  live: LiveStack,
  fingerprint: (ciphertext: string) => string,
): StackSnapshot {
  const { open, hidden } = parted(live.settings, isSecretByName);
  return {
    stack,
    settings: asRequest(open),
    secrets: hidden.map(({ path, ciphertext }) => ({
      path,
      fingerprint: ciphertext === undefined ? null : fingerprint(ciphertext),
    })),
    schedules: live.schedules.map(scheduleSnapshot),
  };
}

/** A schedule as it can be put back; its id and the times it ran are the service's. */
export function scheduleSnapshot(schedule: Json): ScheduleSnapshot {
  const { open, hidden } = parted(jsonField(schedule, "definition", "request") ?? {}, isSecretByName);
  return {
    cron: textOf(jsonField(schedule, "scheduleCron")),
    once: textOf(jsonField(schedule, "scheduleOnce")),
    paused: jsonField(schedule, "paused") === true,
    request: asRequest(open),
    secrets: hidden.map(({ path }) => path),
  };
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** What a request may not hold: the service counts and tells, and the image it takes by itself is no choice. */
function asRequest(settings: Json): Json {
  if (!isJsonFields(settings)) return settings;
  const { version: _version, source: _source, ...rest } = settings;
  const image = jsonField(rest, "executorContext", "executorImage");
  if (!isJsonFields(image) || !isJsonFields(rest["executorContext"])) return rest;
  const { executorImage: _image, ...context } = rest["executorContext"];
  const { isDefault, ...own } = image;
  return { ...rest, executorContext: isDefault === true ? context : { ...context, executorImage: own } };
}

/** A snapshot from JSON that may come from anybody, or what is wrong with it. */
export function readSnapshot(value: Json): SettingsSnapshot | { readonly problem: string } {
  if (jsonField(value, "kind") !== "settings-snapshot") return { problem: "it is no snapshot of settings" };
  const version = jsonField(value, "schemaVersion");
  if (version !== 1) return { problem: `it is of version ${JSON.stringify(version ?? null)}, and this one reads 1` };
  const stacks = jsonField(value, "stacks");
  if (!Array.isArray(stacks) || typeof jsonField(value, "url") !== "string") return { problem: "it has no stacks" };
  const at = stacks.findIndex((one: Json) => !isStackSnapshot(one));
  if (at >= 0) return { problem: `stacks[${at}] is not of the form that \`settings snapshot\` writes` };
  return value as unknown as SettingsSnapshot;
}

function isStackSnapshot(value: Json): boolean {
  const { stack, settings, secrets, schedules } = isJsonFields(value) ? value : ({} as JsonFields);
  return (
    typeof stack === "string" &&
    isStackName(stack) &&
    (settings === null || isJsonFields(settings)) &&
    isListOf(secrets, (one) => isPath(jsonField(one, "path")) && isTextOrNull(jsonField(one, "fingerprint"))) &&
    isListOf(
      schedules,
      (one) =>
        isTextOrNull(jsonField(one, "cron")) &&
        isTextOrNull(jsonField(one, "once")) &&
        (jsonField(one, "cron") === null) !== (jsonField(one, "once") === null) &&
        typeof jsonField(one, "paused") === "boolean" &&
        isJsonFields(jsonField(one, "request")) &&
        isListOf(jsonField(one, "secrets"), isPath),
    )
  );
}

function isListOf(value: Json | undefined, isOne: (one: Json) => boolean): boolean {
  return Array.isArray(value) && value.every((one: Json) => isOne(one));
}

function isPath(value: Json | undefined): boolean {
  return isListOf(value ?? null, (one) => typeof one === "string");
}

function isTextOrNull(value: Json | undefined): boolean {
  return value === null || typeof value === "string";
}
