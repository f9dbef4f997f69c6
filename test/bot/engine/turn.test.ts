import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paceAt, turnOf } from "../../../packages/bot/src/engine/pace.ts";

const hour = 3_600_000;
const github = { perMinute: 80, perHour: 500, apart: 1_000 };

/** When so many requests are sent that wait from the beginning, each at its turn. */
function sent(count: number, limits: typeof github, pace = 1): readonly number[] {
  const used: number[] = [];
  for (let i = 0; i < count; i++) used.push(turnOf({ used, notBefore: 0, pace }, limits, 0, used.at(-1) ?? 0));
  return used;
}

describe("the turn of a request", () => {
  test("comes for nine hundred within 70 minutes, where an even pace would need 108", () => {
    const used = sent(900, github);
    expect((used.at(-1) ?? 0) / 60_000).toBeLessThan(70);
    expect((used.at(-1) ?? 0) / 60_000).toBeGreaterThan(60);
  });

  test("never makes more in any window than may be, and is no later than it has to be", () => {
    const limit = fc.record({
      perMinute: fc.integer({ min: 1, max: 20 }),
      perHour: fc.integer({ min: 1, max: 40 }),
      apart: fc.integer({ min: 0, max: 90_000 }),
    });
    fc.assert(
      fc.property(limit, fc.integer({ min: 1, max: 120 }), fc.constantFrom(1, 0.5, 1 / 16), (limits, count, pace) => {
        const perMinute = Math.max(1, Math.floor(limits.perMinute * pace));
        const perHour = Math.max(1, Math.floor(limits.perHour * pace));
        const used = sent(count, limits, pace);
        for (const [i, at] of used.entries()) {
          const bounds = [
            [1, limits.apart / pace],
            [perMinute, 60_000],
            [perHour, hour],
          ] as const;
          const waits = bounds.map(([back, pause]) => (i < back ? 0 : (used[i - back] ?? 0) + pause));
          expect(at).toBeGreaterThanOrEqual(Math.max(...waits));
          expect(at).toBeLessThanOrEqual(Math.max(...waits) + hour * 0.01 + 1);
        }
      }),
    );
  });

  test("is told to each in a line as if those before it were there already", () => {
    const used = sent(30, { perMinute: 4, perHour: 10, apart: 100 });
    for (let ahead = 0; ahead < 20; ahead++) {
      const past = { used: used.slice(0, 10), notBefore: 0, pace: 1 };
      expect(turnOf(past, { perMinute: 4, perHour: 10, apart: 100 }, ahead, used[9] ?? 0)).toBe(used[10 + ahead]);
    }
  });

  test("does not come before the end of a pause", () => {
    expect(turnOf({ used: [], notBefore: 5_000, pace: 0.5 }, github, 0, 10)).toBe(5_000);
    expect(turnOf({ used: [], notBefore: 5_000, pace: 0.5 }, github, 1, 10)).toBe(7_000);
  });
});

test("a halved pace comes back by an eighth an hour, the first after a whole hour", () => {
  const after = [0, 0.99, 1, 1.99, 2, 4, 100].map((hours) => paceAt(0.5, 1_000, 1_000 + hours * hour));
  expect(after).toEqual([0.5, 0.5, 0.625, 0.625, 0.75, 1, 1]);
  expect(paceAt(0.5, 1_000, 0)).toBe(0.5);
});
