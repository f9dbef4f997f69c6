import type { AuditedOperation, Disposition } from "@gha2pulumi/migrate";

export const dispositions: readonly Disposition[] = ["move", "call", "keep", "ask"];

export const becomes: Readonly<Record<Disposition, string>> = {
  move: "Pulumi Deployments runs it from now on",
  call: "the workflow keeps its gates and asks Deployments",
  keep: "stays exactly as it is, and the plan says why",
  ask: "stays until a person answers a question",
};

/** `1,234 repositories`, `1 repository`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${figure(number)} ${number === 1 ? one : many}`;
}

export function figure(number: number): string {
  return number.toLocaleString("en-GB");
}

/** `0 %`, `< 1 %`, `71 %`: what is there is never shown as nothing. */
export function share(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (part * 100) / whole;
  return percent > 0 && percent < 1 ? "< 1 %" : `${Math.round(percent)} %`;
}

type Trigger = AuditedOperation["on"][number];

/** What there is room for in a picture: the event, where it happens, and whether it hangs on more. */
export function triggerLabel({ event, branches = [], tags = [], cron = "", ...more }: Trigger): string {
  return [event, ...branches, ...tags, cron, Object.keys(more).length > 0 ? "…" : ""].filter(Boolean).join(" ");
}

/** A trigger in full: `push main paths infra/**`, `schedule 0 3 * * *`. */
export function triggerText(trigger: Trigger): string {
  const {
    event,
    branches = [],
    tags = [],
    paths = [],
    types = [],
    inputs = [],
    cron,
    environment,
    condition,
  } = trigger;
  return [
    event,
    branches.join(" "),
    tags.length > 0 ? `tags ${tags.join(" ")}` : "",
    types.length > 0 ? `types ${types.join(" ")}` : "",
    paths.length > 0 ? `paths ${paths.join(" ")}` : "",
    inputs.length > 0 ? `inputs ${inputs.join(" ")}` : "",
    cron ?? "",
    environment === undefined ? "" : `environment ${environment}`,
    condition === undefined ? "" : `if ${condition}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

export function gateText({ kind, name }: AuditedOperation["waitsFor"][number]): string {
  return name === "" ? kind : `${kind} ${name}`;
}

export function identityText({ kind, role }: AuditedOperation["as"][number]): string {
  return role === null ? kind : `${kind} ${role}`;
}
