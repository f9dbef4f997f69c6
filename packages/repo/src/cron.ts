/** The times that five cron fields name: numbers in order, minute 0–59, hour 0–23, day 1–31, month 1–12, weekday 0–6. */
export interface CronTimes {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
  /** Both kinds of days are restricted, and either is enough: POSIX crontab says so. */
  readonly eitherDay: boolean;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The fields in their order: the range of each, and names that stand for its numbers from the first on. */
const fields: readonly { readonly from: number; readonly to: number; readonly names: readonly string[] }[] = [
  { from: 0, to: 59, names: [] },
  { from: 0, to: 23, names: [] },
  { from: 1, to: 31, names: [] },
  { from: 1, to: 12, names: months },
  { from: 0, to: 6, names: weekdays },
];

/**
 * What an expression means; `undefined` where that is not plain: a sign that only some crons know (`@daily`, `7/10`,
 * `L`), a weekday 7, or steps of days beside weekdays, which count as restricted in some crons and not in others.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html, with steps and names as GitHub has them.
 */
export function cronTimes(text: string): CronTimes | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length !== fields.length) return undefined;
  const [minutes, hours, days, inMonths, onWeekdays] = words.map((word, at) => numbersOf(word, at));
  if (!minutes || !hours || !days || !inMonths || !onWeekdays) return undefined;
  const [, , day = "", , weekday = ""] = words;
  const restricted = [day, weekday].filter((word) => word !== "*");
  if (restricted.length === 2 && restricted.some((word) => word.startsWith("*"))) return undefined;
  return { minutes, hours, days, months: inMonths, weekdays: onWeekdays, eitherDay: restricted.length === 2 };
}

function numbersOf(word: string, at: number): readonly number[] | undefined {
  const found = word.split(",").map((item) => itemNumbers(item, at));
  const all = found.flatMap((one) => one ?? []);
  return found.includes(undefined) ? undefined : [...new Set(all)].sort((a, b) => a - b);
}

/** `*`, `5`, `1-5`, and the latter two ranges with a step. */
function itemNumbers(item: string, at: number): readonly number[] | undefined {
  const field = fields[at];
  const parts = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item);
  if (!field || !parts) return undefined;
  const [, star, first, last, step] = parts;
  // `7/10`: from 7 on, or nothing at all.
  if (step !== undefined && star === undefined && last === undefined) return undefined;
  const from = star ? field.from : numberOf(first ?? "", field);
  const to = star ? field.to : numberOf(last ?? first ?? "", field);
  const by = Number(step ?? 1);
  if (from === undefined || to === undefined || from > to || by === 0) return undefined;
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);
}

function numberOf(word: string, { from, to, names }: (typeof fields)[number]): number | undefined {
  const name = names.indexOf(word);
  const number = name >= 0 ? from + name : /^\d{1,2}$/.test(word) ? Number(word) : undefined;
  return number !== undefined && number >= from && number <= to ? number : undefined;
}

/** An expression with numbers for the names of months and weekdays, which is the same to every cron. */
export function withoutNames(text: string): string {
  const words = text.trim().split(/\s+/);
  if (words.length !== fields.length || !/[A-Z]/.test(text)) return text;
  return words
    .map((word, at) => {
      const { names = [], from = 0 } = fields[at] ?? {};
      return word.replace(/[A-Z]+/g, (name) => (names.includes(name) ? String(from + names.indexOf(name)) : name));
    })
    .join(" ");
}

/** Whether two expressions name the same times; `undefined` where one of them is not plain. */
export function sameTimes(one: string, other: string): boolean | undefined {
  const [left, right] = [cronTimes(one), cronTimes(other)];
  return left && right && JSON.stringify(left) === JSON.stringify(right);
}

// Days and weekdays come round together every 28 years, as long as no century is in between: 1901 to 2099.
const cycle = 28;
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** How often these times come in a month of average length: over 28 years, with their leap days. */
export function timesAMonth({ minutes, hours, days, months, weekdays, eitherDay }: CronTimes): number {
  let count = 0;
  let weekday = 0;
  for (let year = 0; year < cycle; year++) {
    for (const [month, length] of monthLengths.entries()) {
      const last = month === 1 && year % 4 === 3 ? length + 1 : length;
      for (let day = 1; day <= last; day++, weekday = (weekday + 1) % 7) {
        const [inDays, inWeekdays] = [days.includes(day), weekdays.includes(weekday)];
        if (months.includes(month + 1) && (eitherDay ? inDays || inWeekdays : inDays && inWeekdays)) count++;
      }
    }
  }
  return (count * hours.length * minutes.length) / (cycle * monthLengths.length);
}
