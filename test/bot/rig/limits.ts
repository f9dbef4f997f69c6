// GitHub's limits, kept for each account by the rig's clock. Which requests GitHub counts as content is not published:
// here, cautiously, every mutation of GraphQL and every POST, PATCH, PUT and DELETE of REST but that of access tokens.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api

export interface LimitOptions {
  /** Requests an hour of REST, and points an hour of GraphQL; 5,000 each. */
  readonly primary?: number;
  /** Searches a minute; 30. */
  readonly search?: number;
  readonly contentPerMinute?: number;
  readonly contentPerHour?: number;
  /** Requests at the same time; 100. */
  readonly concurrent?: number;
}

export type Resource = "core" | "graphql" | "search";

export interface Refused {
  readonly kind: "primary" | "secondary";
  /** Whole seconds until it may be asked again. */
  readonly retryAfter: number;
}

export interface Standing {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

export interface Limits {
  /** Lets a request in, and counts what it makes as content; or refuses it, which counts for nothing. */
  admit(account: number, resource: Resource, content: number): Refused | undefined;
  /** Ends a request that was let in: `free` where it costs no primary quota, as a 304 does. */
  end(account: number, resource: Resource, free: boolean): void;
  standing(account: number, resource: Resource): Standing;
}

const minute = 60_000;
const hour = 60 * minute;

interface Ledger {
  readonly windows: Map<Resource, { until: number; used: number }>;
  content: number[];
  running: number;
}

export function createLimits(now: () => number, options: LimitOptions): Limits {
  const { primary = 5000, search = 30, contentPerMinute = 80, contentPerHour = 500, concurrent = 100 } = options;
  const ledgers = new Map<number, Ledger>();
  const ledgerOf = (account: number): Ledger => {
    const found = ledgers.get(account) ?? { windows: new Map(), content: [], running: 0 };
    ledgers.set(account, found);
    return found;
  };
  const windowOf = (ledger: Ledger, resource: Resource): { until: number; used: number } => {
    const found = ledger.windows.get(resource);
    if (found && found.until > now()) return found;
    const fresh = { until: now() + (resource === "search" ? minute : hour), used: 0 };
    ledger.windows.set(resource, fresh);
    return fresh;
  };
  const limitOf = (resource: Resource): number => (resource === "search" ? search : primary);
  /** How long until `content` more fit into a window that slides. */
  const wait = (times: readonly number[], content: number, length: number, most: number): number => {
    const within = times.filter((at) => at > now() - length);
    const leaving = within.length + content - most;
    // What is more than the window holds at all never fits.
    return leaving <= 0 ? 0 : (within[leaving - 1] ?? now()) + length - now();
  };
  const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));
  return {
    admit(account, resource, content) {
      const ledger = ledgerOf(account);
      const window = windowOf(ledger, resource);
      if (window.used >= limitOf(resource)) return { kind: "primary", retryAfter: seconds(window.until - now()) };
      if (ledger.running >= concurrent) return { kind: "secondary", retryAfter: 60 };
      ledger.content = ledger.content.filter((at) => at > now() - hour);
      const waits =
        content === 0
          ? 0
          : Math.max(
              wait(ledger.content, content, minute, contentPerMinute),
              wait(ledger.content, content, hour, contentPerHour),
            );
      if (waits > 0) return { kind: "secondary", retryAfter: seconds(waits) };
      for (let i = 0; i < content; i++) ledger.content.push(now());
      window.used += 1;
      ledger.running += 1;
      return undefined;
    },
    end(account, resource, free) {
      const ledger = ledgerOf(account);
      ledger.running -= 1;
      if (free) windowOf(ledger, resource).used -= 1;
    },
    standing(account, resource) {
      const { until, used } = windowOf(ledgerOf(account), resource);
      const limit = limitOf(resource);
      return { limit, used, remaining: Math.max(limit - used, 0), reset: Math.ceil(until / 1000) };
    },
  };
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** A clock that runs so many times as fast as the wall's, from now on. */
export function turnedClock(times: number): Clock {
  const start = Date.now();
  return { now: () => start + (Date.now() - start) * times };
}
