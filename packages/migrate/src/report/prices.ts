/** One edition of Pulumi Cloud, as far as it decides what deployments cost. Money is in dollars, of one month. */
export interface Edition {
  readonly name: string;
  /** Minutes in the price; the rest costs `minute`, or is not to be had where that is null. */
  readonly included: number;
  readonly minute: number | null;
  /** What minutes may draw on before they cost more than the edition does. */
  readonly credits: number;
  /** Deployments at the same time; null where the list names no limit. */
  readonly atOnce: number | null;
  /** Whether it has schedules and drift detection. */
  readonly schedules: boolean;
}

const edition = (
  name: string,
  included: number,
  minute: number | null,
  credits: number,
  atOnce: number | null,
  schedules: boolean,
): Edition => ({ name, included, minute, credits, atOnce, schedules });

/**
 * The two lists that customers are on: https://www.pulumi.com/pricing/ (v6), and the one before it (v5). Prices on
 * request are those of the list; how minutes are rounded is not published.
 */
export const priceLists = {
  v6: [
    edition("Free", 500, null, 0, 1, false),
    edition("Essentials", 0, 0.01, 40, 5, false),
    edition("Pro", 0, 0.01, 400, null, true),
    edition("Enterprise", 0, 0.01, 0, null, true),
  ],
  v5: [
    edition("Individual", 500, null, 0, 1, false),
    edition("Team", 3000, 0.01, 0, 5, false),
    edition("Enterprise", 3000, 0.01, 0, 25, true),
    edition("Business Critical", 3000, 0.01, 0, 150, true),
  ],
} as const satisfies Readonly<Record<string, readonly Edition[]>>;

export type PriceList = keyof typeof priceLists;

/** What a forecast means in one edition. `minutesCost` is null where it cannot be told, or not be bought. */
export interface EditionForecast {
  readonly edition: string;
  readonly minutesCost: number | null;
  /** Why it would not do, or what to know; in words. */
  readonly notes: readonly string[];
}

/** What deployments would take; null where nobody knows. */
export interface Load {
  readonly minutes: number | null;
  readonly atOnce: number | null;
  readonly scheduled: boolean;
}

/** A load in every edition of a list. */
export function priced(list: PriceList, { minutes, atOnce, scheduled }: Load): readonly EditionForecast[] {
  return priceLists[list].map((one: Edition) => {
    const over = minutes === null ? null : Math.max(0, minutes - one.included);
    const cost =
      over === null || (one.minute === null && over > 0) ? null : Math.round(over * (one.minute ?? 0) * 100) / 100;
    const notes = [
      ...(over !== null && over > 0 && one.minute === null ? [`holds ${one.included} minutes, and no more`] : []),
      ...(cost !== null && one.credits > 0
        ? [cost <= one.credits ? `within its credits of $${one.credits}` : `$${one.credits} of it by its credits`]
        : []),
      ...(one.atOnce !== null && atOnce !== null && atOnce > one.atOnce
        ? [`${one.atOnce} at the same time, the others wait`]
        : []),
      ...(scheduled && !one.schedules ? ["has no schedules"] : []),
    ];
    return { edition: one.name, minutesCost: cost, notes };
  });
}
