import type { Audit } from "@gha2pulumi/migrate";
import type { Engine } from "./engine.ts";
import { table, wrap } from "./layout.ts";
import type { Style } from "./paint.ts";
import { cleaned } from "./terminal-clean.ts";
import { count } from "./terminal-wording.ts";

// What fits on a page; the other formats have all.
const mostRows = 15;

/** An audit on a terminal: how much there is, why it stays, which shapes it has, what is left for people. */
export function renderAudit(
  raw: Audit,
  engine: Pick<Engine, "covering" | "forecastText">,
  titles: ReadonlyMap<string, string>,
  style: Style,
): string {
  const { repositories, dispositions, reasons, shapes, tasks, workflows } = cleaned(raw);
  const cover = engine.covering(raw);
  const forecast = labelledLines("forecast      ", engine.forecastText(cleaned(raw.forecast)), style.width);
  const failed = repositories.filter(({ failure }) => failure !== null);
  const running = repositories.filter(({ operations }) => operations.length > 0);
  const { move, call, keep, ask } = dispositions;
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    [
      "",
      [
        `repositories  ${repositories.length}: ${running.length} run Pulumi, ${failed.length} without a plan`,
        `operations    ${move + call + keep + ask}: ${move} move, ${call} call, ${keep} keep, ${ask} ask`,
        `workflows     ${workflows} are ${count(shapes.length, "shape")}; ${cover.shapes} cover ${cover.percent} %`,
        ...forecast,
      ],
    ],
    [
      "Why",
      rows(
        reasons.map((one) => [
          one.disposition,
          one.code,
          titles.get(one.code) ?? "",
          count(one.operations, "operation"),
          `in ${one.repositories}`,
        ]),
        style,
      ),
    ],
    ["Shapes", rows(shapes.map(shapeRow), style)],
    [
      "What people must do",
      rows(
        tasks.map((one) => [`${one.times} ×`, one.task]),
        style,
      ),
    ],
    ["No plan", failed.flatMap(({ name, failure }) => wrap(`${name}: ${failure ?? ""}`, style.width))],
  ];
  const filled = sections.filter(([, lines]) => lines.length > 0);
  const texts = filled.map(([title, lines]) => [...(title === "" ? [] : [style.paint.bold(title), ""]), ...lines]);
  return `${texts.map((lines) => lines.map((line) => line.trimEnd()).join("\n")).join("\n\n")}\n`;
}

/** A long value, each line of it beside its label. */
function labelledLines(label: string, text: string, width: number): readonly string[] {
  if (text === "") return [];
  return wrap(text, Math.max(20, width - label.length)).map((line, i) =>
    i === 0 ? `${label}${line}` : `${" ".repeat(label.length)}${line}`,
  );
}

function shapeRow({ shape, workflows: [first, ...rest] }: Audit["shapes"][number]): readonly string[] {
  const place = first === undefined ? "" : `${first.repository}/${first.path}`;
  return [`${rest.length + 1} ×`, shape, place];
}

function rows(all: readonly (readonly string[])[], style: Style): readonly string[] {
  const shown = table(all.slice(0, mostRows), style.width).map((cells) => cells.join("  "));
  return all.length > mostRows ? [...shown, `… and ${all.length - mostRows} more`] : shown;
}
