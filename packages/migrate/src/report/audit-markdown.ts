import { covering } from "./audit.ts";
import type { Audit } from "./audit-document.ts";
import { forecastText } from "./forecast.ts";
import { code, markdownTable, plain, prose } from "./markdown-text.ts";

export const auditTitle = "# Pulumi in many repositories";

// Shapes and their workflows after these say little, and the JSON has all.
const mostShapes = 20;
const mostPlaces = 5;

/** An audit as its readers file it. */
export function renderAuditMarkdown(audit: Audit): string {
  const { repositories, reasons, shapes, tasks, workflows } = audit;
  const failed = repositories.filter(({ failure }) => failure !== null);
  const cover = covering(audit);
  const forecast = forecastText(audit.forecast);
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["", dispositionLines(audit)],
    [
      "Why",
      markdownTable(
        ["Becomes", "Code", "Operations", "Repositories"],
        reasons.map((one) => [one.disposition, one.code, String(one.operations), String(one.repositories)]),
      ),
    ],
    [
      "Shapes",
      [
        `${workflows} workflows are ${shapes.length} shapes; ${cover.shapes} cover ${cover.percent} %.`,
        "",
        ...markdownTable(
          ["Workflows", "Shape", "For example"],
          shapes.slice(0, mostShapes).map((one) => [
            String(one.workflows.length),
            plain(one.shape),
            one.workflows
              .slice(0, mostPlaces)
              .map(({ repository, path }) => code(`${repository}/${path}`))
              .join("<br>"),
          ]),
        ),
      ],
    ],
    ["Forecast", forecast === "" ? [] : [prose(`${forecast}.`)]],
    ["What people must do", tasks.map((one) => `- ${one.times} × ${prose(one.task)}`)],
    ["Repositories", repositoryLines(audit)],
    ["No plan", failed.map(({ name, failure }) => `- ${code(name)}: ${prose(failure ?? "")}`)],
  ];
  const filled = sections.filter(([, lines]) => lines.length > 0);
  const texts = filled.map(([title, lines]) => [...(title === "" ? [] : [`## ${title}`, ""]), ...lines].join("\n"));
  return `${texts.join("\n\n")}\n`;
}

function dispositionLines({ repositories, dispositions }: Audit): readonly string[] {
  const kinds = ["move", "call", "keep", "ask"] as const;
  return [
    auditTitle,
    "",
    ...markdownTable(
      ["Repositories", "Operations that move", "are called", "stay", "are asked about"],
      [[String(repositories.length), ...kinds.map((kind) => String(dispositions[kind]))]],
    ),
  ];
}

function repositoryLines({ repositories }: Audit): readonly string[] {
  const rows = repositories
    .filter(({ operations }) => operations.length > 0)
    .map(({ name, operations, questions, tasks }) => {
      const of = (kind: string): string => String(operations.filter((one) => one.disposition === kind).length);
      return [code(name), of("move"), of("call"), of("keep"), of("ask"), String(questions), String(tasks.length)];
    });
  return markdownTable(["Repository", "Move", "Call", "Keep", "Ask", "Questions", "Tasks"], rows);
}
