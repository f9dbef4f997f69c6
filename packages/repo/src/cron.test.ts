import fc from "fast-check";
import { expect, test } from "vitest";
import { cronTimes, sameTimes, timesAMonth, withoutNames } from "./cron.ts";

test.each([
  ["0 15 * * MON", "0 15 * * 1", true],
  ["0 0 1 JAN,JUL *", "0 0 1 1,7 *", true],
  ["*/15 * * * *", "0,15,30,45 * * * *", true],
  ["0 0-23 * * *", "0 * * * *", true],
  ["00  05 * * 1-5", "0 5 * * 1,2,3,4,5", true],
  ["0 5 * * 1-5/2", "0 5 * * 1,3,5", true],
  ["0 5 1 * 1", "0 5 1 * 1", true],
  // Every weekday written out is a restriction, and then either day is enough.
  ["0 5 1 * 0-6", "0 5 1 * *", false],
  ["0 5 * * *", "0 6 * * *", false],
])("%s and %s: %s", (one, other, same) => {
  expect(sameTimes(one, other)).toBe(same);
});

test.each([
  "@daily",
  "7/10 * * * *",
  "0 0 L * *",
  "0 0 * * 7",
  "0 0 * * FRI-MON",
  "0 0 * * mon",
  "60 0 * * *",
  "0 24 * * *",
  "0 0 0 * *",
  "*/0 * * * *",
  "0 0 */2 * 1",
  "0 0 ? * 1",
  "0 0 * *",
  "0 0 0 * * *",
  "",
])("%s is not plain", (text) => {
  expect(cronTimes(text)).toBeUndefined();
});

test("names become numbers, and nothing else changes", () => {
  expect(withoutNames("0 15 * JAN-MAR MON,WED")).toBe("0 15 * 1-3 1,3");
  expect(withoutNames("0  15 * * 1")).toBe("0  15 * * 1");
  expect(withoutNames("0 0 L * *")).toBe("0 0 L * *");
});

/** Fields as somebody writes them, with the times they were made from. */
const item = (from: number, to: number): fc.Arbitrary<string> => {
  const number = fc.integer({ min: from, max: to });
  const range = fc.tuple(number, number).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  return fc.oneof(
    number.map(String),
    range,
    range.chain((text) => fc.integer({ min: 1, max: 9 }).map((by) => `${text}/${by}`)),
  );
};
const field = (from: number, to: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant("*"),
    fc.array(item(from, to), { minLength: 1, maxLength: 3 }).map((all) => all.join(",")),
  );
const expression = fc.tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6));

test("an expression means what its own numbers, written out, mean", () => {
  fc.assert(
    fc.property(expression, (words) => {
      const times = cronTimes(words.join(" "));
      const lists = [times?.minutes, times?.hours, times?.days, times?.months, times?.weekdays];
      const written = words.map((word, at) => (word === "*" ? "*" : (lists[at] ?? []).join(",")));
      expect(sameTimes(words.join(" "), written.join(" "))).toBe(true);
    }),
  );
});

test.each([
  ["0 3 * * *", 365.25 / 12],
  ["*/15 * * * *", (96 * 365.25) / 12],
  ["0 0 1 * *", 1],
  ["0 0 31 * *", 7 / 12],
  ["0 0 29 2 *", 1 / 48],
  ["0 6 * * 1-5", (5 * 365.25) / 7 / 12],
  // Either day is enough: the first of a month, or a Monday that is none.
  ["0 0 1 * 1", 1 + (365.25 / 7 - 12 / 7) / 12],
])("%s comes %d times a month", (text, times) => {
  const found = cronTimes(text);
  expect(found && timesAMonth(found)).toBeCloseTo(times, 10);
});
