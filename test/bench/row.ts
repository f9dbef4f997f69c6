/** One line of the table: a figure that may have a goal, or why there is none. */
export type Row =
  | {
      readonly kind: "measured";
      readonly name: string;
      readonly figure: number;
      readonly unit: "ms" | "×" | "%" | "MB";
      readonly goal: number | undefined;
      /** What it was measured on, in a few words. */
      readonly note: string;
    }
  | { readonly kind: "skipped"; readonly name: string; readonly because: string };

export type Unit = Extract<Row, { kind: "measured" }>["unit"];

export function measured(name: string, figure: number, unit: Unit, goal: number | undefined, note: string): Row {
  return { kind: "measured", name, figure, unit, goal, note };
}

/** A group of rows that are measured together. */
export interface Measurement {
  readonly name: string;
  /** Left out with `--quick`. */
  readonly slow: boolean;
  readonly measure: () => Promise<readonly Row[]>;
}
