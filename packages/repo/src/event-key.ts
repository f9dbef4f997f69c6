import type { Event } from "./event.ts";

/** Equal for equal events, different otherwise: for sets of events. */
export function eventKey(event: Event): string {
  return JSON.stringify(event, (_, value: unknown) =>
    value instanceof Map ? [...(value as ReadonlyMap<string, string>)] : value,
  );
}
