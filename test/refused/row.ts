import { migrate, type PlanDocument } from "@gha2pulumi/migrate";

/** Steps, or whole jobs and triggers, that must not move, each with the code of the reason; one line says one thing. */
export interface Row {
  readonly what: string;
  readonly steps?: string;
  readonly jobs?: string;
  readonly on?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly surroundings?: Readonly<Record<string, string>>;
  readonly code: string;
}

export const token = "env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }";
export const checkout = "      - uses: actions/checkout@v4\n";

export function cli(line: string): string {
  return `      - run: ${JSON.stringify(line)}\n        ${token}\n`;
}

export function action(inputs: string): string {
  return `      - uses: pulumi/actions@v6\n        with: { ${inputs} }\n        ${token}\n`;
}

export function run(line: string): string {
  return `      - run: ${JSON.stringify(line)}\n`;
}

export const stack = "acme/network/prod";
export const tags = "{ push: { tags: ['v*'] } }";
export const up = action(`command: up, stack-name: ${stack}`);

export function block(lines: readonly string[], more: string): string {
  return ["      - run: |", ...lines.map((line) => `          ${line}`), `        ${more}`, ""].join("\n");
}

export function withId(step: string): string {
  return step.replace("- uses", "- id: up\n        uses");
}

export const cell = action("command: up, stack-name: 'acme/network/${{ matrix.stack }}'");

/** A job with further lines before its steps. */
export function job(id: string, steps: string, lines = ""): string {
  return `  ${id}:\n    runs-on: ubuntu-latest\n${lines}    steps:\n${checkout}${steps}`;
}

/** A job's strategy: two stacks, and one more line. */
export function cells(line: string): string {
  return `    strategy:\n      matrix: { stack: [dev, prod] }\n      ${line}\n`;
}

export const update = "pulumi up --yes -s acme/network/prod";
export const preview = "pulumi preview -s acme/network/prod";
export const look = action("command: preview, stack-name: acme/network/prod");
export const intoMain = "{ pull_request: { branches: [main] } }";

export function when(condition: string, step: string): string {
  return step.replace("- uses", `- if: ${JSON.stringify(condition)}\n        uses`);
}

export function workflow({ steps = "", jobs, on = "{ push: { branches: [main] } }" }: Row): string {
  return `name: Deploy\non: ${on}\npermissions: { contents: read, id-token: write }\njobs:\n${jobs ?? `  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${checkout}${steps}`}`;
}

export async function decided(
  row: Row,
): Promise<
  readonly { readonly operation: string | null; readonly disposition: string; readonly codes: readonly string[] }[]
> {
  const { operations } = await planned(row);
  return operations.map(({ operation, disposition, reasons }) => ({
    operation,
    disposition,
    codes: reasons.map(({ code }) => code),
  }));
}

/** The whole plan of a row's repository. */
export async function planned(row: Row): Promise<PlanDocument> {
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow(row)],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ...Object.entries(row.files ?? {}),
  ]);
  const { document } = await migrate(
    { tree, surroundings: new Map(Object.entries(row.surroundings ?? {})) },
    undefined,
  );
  return document;
}
