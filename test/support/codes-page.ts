import type { Example, Explanation } from "@gha2pulumi/migrate";

const head = `# Codes

What each code of a plan means, a repository that shows it, and what to do. The same text: \`gha2pulumi explain CODE\`.
This page is made by \`pnpm golden\`.

Beside each workflow lies a \`Pulumi.yaml\` with \`name: network\` and \`runtime: nodejs\`. Commands of GP701 and after are
given in the repository of [GP601](#gp601), committed.
`;

const usual = "name: network\nruntime: nodejs\n";

/** `docs/codes.md`. */
export function codesPage(all: readonly Explanation[]): string {
  return [head, ...all.map(section)].join("\n");
}

function section({ code, title, means, act, example }: Explanation): string {
  const parts = [`## ${code}`, `**${title.charAt(0).toUpperCase()}${title.slice(1)}.** ${means}`, `To do: ${act}`];
  return `${[...parts, ...(example ? blocks(example) : [])].join("\n\n")}\n`;
}

function blocks({ files, shell }: Example): readonly string[] {
  const shown = Object.entries(files).filter(([path, text]) => path !== "Pulumi.yaml" || text !== usual);
  const texts = shown.map(([path, text]) => `\`${path}\`:\n\n${fenced(path.replace(/.*\./, ""), text)}`);
  return shell === "" ? texts : [...texts, fenced("sh", shell)];
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}
