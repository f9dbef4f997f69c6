import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { PlanDocument } from "@gha2pulumi/migrate";
import { programKind } from "../packages/migrate/src/duty-programs.ts";
import { folderOf, pictureOf, published, runBin, scratch } from "./support/command-line.ts";

// Repositories that mean harm. Each is planned by the command line as it is published; nothing of them may be run,
// nothing outside be read or written, nothing hang, and nothing that runs Pulumi be passed over.
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** On a quiet machine each takes less than two seconds; what has no end takes for ever. */
const patience = 300_000;

const path = ".github/workflows/deploy.yml";
const project = { "Pulumi.yaml": "name: network\nruntime: nodejs\n" };
const push = "{ push: { branches: [main] } }";
const update = "      - uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod }\n";

function workflow(steps: string, on = push, job = ""): string {
  return `on: ${on}\nenv: { PULUMI_ACCESS_TOKEN: '\${{ secrets.T }}' }\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n${job}    steps:\n      - uses: actions/checkout@v4\n${steps}`;
}

function script(text: string): string {
  return `      - run: ${JSON.stringify(text)}\n`;
}

function many(count: number, piece: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => piece(i)).join("");
}

interface Planned {
  readonly plan: PlanDocument;
  readonly codes: readonly string[];
  readonly dispositions: readonly string[];
  readonly folder: string;
}

function planned(files: Readonly<Record<string, string>>): Planned {
  return plannedIn(folderOf({ ...project, ...files }));
}

function plannedIn(folder: string): Planned {
  const before = pictureOf(folder);
  const args = [published, "plan", "--format", "json"];
  const ended = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", timeout: patience, maxBuffer: 1e9 });
  expect(ended.signal).toBe(null);
  expect([0, 3, 11]).toContain(ended.status);
  expect(pictureOf(folder)).toEqual(before);
  const plan = JSON.parse(ended.stdout) as PlanDocument;
  return {
    plan,
    codes: plan.diagnostics.map(({ code }) => code),
    dispositions: plan.operations.map(({ disposition }) => disposition),
    folder,
  };
}

describe("files that are too much", () => {
  const bomb = many(12, (i) => `x${i + 1}: &x${i + 1} [${Array(9).fill(`*x${i}`).join(", ")}]\n`);
  const large: readonly (readonly [what: string, text: string, code: string])[] = [
    ["an alias bomb", `x0: &x0 [a, a]\n${bomb}${workflow(update)}`, "GP101"],
    ["a line of 10 MB", workflow(script("a".repeat(10_000_000))), "GP182"],
    ["a line of 100 KB", workflow(script("a ".repeat(50_000))), "GP182"],
    ["100,000 steps", workflow(many(100_000, () => "      - run: a\n")), "GP182"],
    ["5,000 steps", workflow(many(5_000, () => "      - run: pulumi up\n")), "GP103"],
    [
      "3,000 jobs",
      `on: push\njobs:\n${many(3_000, (i) => `  j${i}: { runs-on: x, steps: [{ run: pulumi up }] }\n`)}`,
      "GP103",
    ],
    ["a list in 10,000 lists", `${workflow(update)}x: ${"[".repeat(9_000)}${"]".repeat(9_000)}\n`, "GP101"],
    ["a map in 1,000 maps", workflow(update) + many(1_000, (i) => `${" ".repeat(i)}a:\n`), "GP101"],
    [
      "an expression in 5,000 brackets",
      workflow(`      - if: \${{ ${"(".repeat(5_000)}true${")".repeat(5_000)} }}\n        run: a\n`),
      "GP101",
    ],
    ["a filter that goes back", workflow(update, `{ push: { branches: ['${"*a".repeat(5_000)}b'] } }`), "GP103"],
    [
      "3,000 filters",
      workflow(update, `{ push: { branches: [\n${many(3_000, (i) => `    b${i},\n`)}    ] } }`),
      "GP103",
    ],
  ];

  test.each(large)("%s: the file is left alone, and said to be", (_, text, code) => {
    const { codes, plan } = planned({ [path]: text });
    expect(codes).toContain(code);
    expect(plan.changes).toEqual([]);
  });

  test("a script of 60,000 empty lines", () => {
    expect(
      planned({ [path]: workflow(`      - run: |\n${"          \n".repeat(60_000)}          pulumi up\n`) })
        .dispositions,
    ).toHaveLength(1);
  });

  // What lies behind a limit is not passed over: it is an operation nobody has read, and it holds those behind it.
  test.each([
    ["2,001 commands", `${"a\n".repeat(2_001)}pulumi up --yes`],
    ["50 brackets", `${"( ".repeat(50)}pulumi up --yes${" )".repeat(50)}`],
    ["50 substitutions", `echo ${"$(echo ".repeat(50)}$(pulumi up --yes)${")".repeat(50)}`],
  ])("an operation behind %s of a script", (_, text) => {
    const alone = planned({ [path]: workflow(script(text)) });
    expect(alone.codes).toContain("GP219");
    expect(alone.dispositions).toEqual(["keep"]);
    const beside = planned({ [path]: workflow(script(text) + update) });
    expect(beside.dispositions).not.toContain("move");
  });

  test("a package.json of 100,000 lists", () => {
    const text = `{"scripts":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(planned({ [path]: workflow(script("npm run x") + update), "package.json": text }).dispositions).toHaveLength(
      1,
    );
  });

  // Each pattern takes the square of the length at most; the doubling of one flag would take for ever.
  test.each(["npm ci --a", "pnpm install --a", "yarn --a", "bun install --a", "node --version --format a"])(
    "a command whose flags could be read in many ways: %s",
    (start) => {
      const began = performance.now();
      programKind(`${start}${start.slice(start.indexOf(" --")).repeat(60)} !`);
      expect(performance.now() - began).toBeLessThan(20_000);
    },
  );
});

describe("matrices", () => {
  const numbers = (count: number): string => many(count, (i) => `${i},`);
  const matrix = (lines: string): string =>
    workflow(
      script("pulumi up --yes -s acme/network/s${{ matrix.a }}"),
      push,
      `    strategy: { matrix: { ${lines} } }\n`,
    );

  test("256 cells are 256 stacks", () => {
    const { dispositions } = planned({ [path]: matrix(`a: [${numbers(256)}]`) });
    expect(dispositions).toHaveLength(256);
  });

  // GitHub runs none of these; nothing is moved out of them, and they are no empty ones either.
  test.each([
    ["257 cells", `a: [${numbers(257)}]`],
    ["200 to the power of 20", many(20, (i) => `${"abcdefghijklmnopqrst"[i]}: [${numbers(200)}],\n        `)],
    ["5,000 further cells", `a: [1], include: [\n${many(5_000, (i) => `        { a: ${i} },\n`)}        ]`],
    ["20,000 cells less", `a: [1, 2], exclude: [\n${many(20_000, (i) => `        { a: x${i} },\n`)}        ]`],
  ])("%s", (_, lines) => {
    const { dispositions } = planned({ [path]: matrix(lines) });
    expect(dispositions).toHaveLength(1);
    expect(dispositions).not.toContain("move");
  });
});

describe("calls without end", () => {
  const call = (file: string): string => `{ uses: ./.github/workflows/${file}.yml }`;

  test("workflows that call one another", () => {
    const { dispositions } = planned({
      [path]: `on: push\njobs:\n  a: ${call("b")}\n`,
      ".github/workflows/b.yml": `on: workflow_call\njobs:\n  a: ${call("c")}\n`,
      ".github/workflows/c.yml": `on: workflow_call\njobs:\n  a: ${call("b")}\n  d:\n    runs-on: x\n    steps:\n${update}`,
    });
    expect(dispositions.length).toBeGreaterThan(0);
    expect(dispositions).not.toContain("move");
  });

  test("eight calls in each of nine files", () => {
    const files = Array.from({ length: 9 }, (_, i) => {
      const jobs =
        i < 8 ? many(8, (k) => `  j${k}: ${call(`w${i + 1}`)}\n`) : `  d:\n    runs-on: x\n    steps:\n${update}`;
      return [`.github/workflows/w${i}.yml`, `on: ${i === 0 ? "push" : "workflow_call"}\njobs:\n${jobs}`];
    });
    expect(planned(Object.fromEntries(files) as Record<string, string>).codes).toContain("GP103");
  });

  test("eight actions in each of nine", () => {
    const files = Array.from({ length: 9 }, (_, i) => {
      const steps = i < 8 ? many(8, () => `    - uses: ./a${i + 1}\n`) : "    - { run: pulumi up, shell: bash }\n";
      return [`a${i}/action.yml`, `runs:\n  using: composite\n  steps:\n${steps}`];
    });
    const actions = Object.fromEntries(files) as Record<string, string>;
    expect(planned({ [path]: workflow("      - uses: ./a0\n"), ...actions }).codes).toContain("GP103");
  });

  test("scripts that call themselves, or thirty others in a row", () => {
    const scripts = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [
        `s${i}`,
        i < 29 ? `npm run s${i + 1} && npm run s${i + 1}` : "pulumi up --yes",
      ]),
    );
    const { codes } = planned({
      [path]: workflow(script("npm run s0")),
      "package.json": JSON.stringify({ scripts: { ...scripts, self: "npm run self" } }),
    });
    expect(codes).toContain("GP219");
  });

  test("targets and variables of make that name one another twice", () => {
    const targets = many(
      30,
      (i) => `t${i}: t${i + 1} u${i + 1}\n\t$(MAKE) t${i + 1} t${i + 1}\nu${i}: t${i + 1}\n\ttrue\n`,
    );
    const variables = `A0 = pulumi up\n${many(40, (i) => `A${i + 1} = $(A${i}) $(A${i})\n`)}`;
    const { dispositions } = planned({
      [path]: workflow(script("make t0")),
      Makefile: `${variables}${targets}t30:\n\tpulumi up --yes\n\t$(A40)\n`,
    });
    expect(dispositions.length).toBeGreaterThan(0);
    expect(dispositions).not.toContain("move");
  });

  test("workflows that call the next one forty times each", () => {
    const calls = (next: number): string => many(40, (i) => `  j${i}:\n    uses: ./.github/workflows/w${next}.yml\n`);
    const files = Array.from({ length: 9 }, (_, i) => [
      `.github/workflows/w${i}.yml`,
      `on: ${i === 0 ? "push" : "workflow_call"}\njobs:\n${calls(i + 1)}`,
    ]);
    const { dispositions } = planned(Object.fromEntries(files) as Record<string, string>);
    expect(dispositions).not.toContain("move");
  });

  test("a function of the shell that calls itself", () => {
    expect(
      planned({ [path]: workflow(script("f() { f; f; }; f; pulumi up --yes -s acme/network/prod")) }).dispositions,
    ).toHaveLength(1);
  });
});

describe("names that are patterns", () => {
  test("inputs and secrets with signs of regular expressions", () => {
    const on = `{ push: { branches: [main] }, workflow_dispatch: { inputs: { 'a(': { default: x }, '(b+)+$': { default: y } } } }`;
    const step = (name: string): string =>
      script(`pulumi up --yes --stack \${{ inputs['${name}'] || 'acme/prod' }}`) +
      `        env: { 'N(': "\${{ secrets['${name}'] }}", GITHUB_TOKEN: "\${{ github.token }}" }\n`;
    const { dispositions } = planned({ [path]: workflow(`${script("npm ci")}${step("a(")}${step("(b+)+$")}`, on) });
    expect(dispositions).toContain("keep");
  });

  test("concurrency groups of two hundred open parts", () => {
    const group = (name: string): string => workflow(update, push, `    concurrency: "${name}"\n`);
    const open = `${many(200, () => "${{ vars.A }}x")}y`;
    planned({ [path]: group("x".repeat(390)), ".github/workflows/other.yml": group(open) });
  });

  test("resources of CloudFormation with such names", () => {
    const trust = `{ Version: '2012-10-17', Statement: [{ Effect: Allow, Action: sts:AssumeRoleWithWebIdentity, Principal: { Federated: 'arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com' } }] }`;
    const login =
      "      - uses: aws-actions/configure-aws-credentials@v4\n        with: { role-to-assume: 'arn:aws:iam::123456789012:role/stack-a(-0123456789AB', aws-region: eu-west-1 }\n";
    planned({
      [path]: workflow(login + update),
      "iam.yaml": `Resources:\n  'a(':\n    Type: AWS::IAM::Role\n    Properties: { AssumeRolePolicyDocument: ${trust} }\n`,
    });
  });
});

describe("ways out of the folder", () => {
  const secret = "what-stands-outside";

  test("links, `..` and absolute paths lead nowhere, whatever names them", () => {
    const around = folderOf({
      "outside/action.yml": `runs: { using: composite, steps: [{ run: ${secret}, shell: bash }] }\n`,
    });
    writeFileSync(join(around, "outside/run.sh"), `${secret}\npulumi up --yes\n`);
    writeFileSync(join(around, "outside/x.mk"), `t:\n\t${secret}\n`);
    writeFileSync(join(around, "outside/deploy.yml"), workflow(update).replace("prod", secret));
    const files = {
      ...project,
      [path]: workflow(
        [
          "      - uses: ./../outside",
          "      - uses: ./link",
          "      - { run: ./run.sh, working-directory: ../outside }",
          "      - run: bash ../outside/run.sh && bash /etc/passwd && make -C .. t && make t",
          "      - { run: pulumi up --yes -s acme/network/prod, working-directory: ../../.. }",
          "",
        ].join("\n"),
      ),
      Makefile: "include ../outside/x.mk\n",
    };
    const folder = join(around, "repository");
    for (const [name, text] of Object.entries(files)) {
      spawnSync("mkdir", ["-p", dirname(join(folder, name))]);
      writeFileSync(join(folder, name), text);
    }
    symlinkSync("../outside", join(folder, "link"));
    symlinkSync("../../../outside/deploy.yml", join(folder, ".github/workflows/linked.yml"));
    const { plan, codes } = plannedIn(folder);
    expect(JSON.stringify(plan)).not.toContain(secret);
    expect(codes).toContain("GP185");
    expect(plan.operations.every(({ disposition }) => disposition !== "move")).toBe(true);
  });

  test("names that differ only by case are different files, and are not written over", () => {
    const { plan, folder } = planned({
      [path]: workflow(update),
      ".github/workflows/Deploy.yml": workflow(update.replace("prod", "dev")),
      "Deployment-Settings/index.ts": "// mine\n",
    });
    expect(plan.operations.map(({ workflow: one }) => one).sort()).toEqual([".github/workflows/Deploy.yml", path]);
    expect(runBin(published, folder, ["migrate", "--yes", "--allow-dirty"]).code).toBe(0);
    expect(readdirSync(join(folder, "Deployment-Settings"))).toEqual(["index.ts"]);
  });
});

describe("texts that are not what they seem", () => {
  // A cursor that moves, text that runs backwards or cannot be seen.
  const misleading = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
  const name = `"x\\u202ey \\e[31m \\u0007 'q' \`c\` | <b> @all \\n::error::z $(touch ran) */ //"`;
  const files = {
    ...project,
    [path]: workflow(
      update.replace("uses:", `name: ${name}\n        uses:`),
      push,
      `    name: ${name}\n    env: { NOTE: ${name} }\n`,
    ),
    ".github/workflows/kept.yml": workflow(
      script("echo x").replace("run:", `name: ${name}\n        run:`) + update,
      "push",
      `    environment: ${name}\n`,
    ),
    [".github/workflows/a \u202eb'`|;$(touch ran).yml"]: workflow(update, "push"),
  };

  test.each(["pretty", "markdown", "sarif", "github", "json"])("in %s they are spelled out", (format) => {
    const { out, err } = runBin(published, folderOf(files), ["plan", "--format", format], { GITHUB_STEP_SUMMARY: "" });
    // JSON has its own escapes for control characters, and is no text for people.
    if (format !== "json") expect(misleading.exec(out + err)).toBe(null);
    if (format === "github")
      for (const line of out.trim().split("\n")) expect(line).toMatch(/^::(error|warning|notice) /);
  });

  test("in an audit too, and in what is written", () => {
    const folder = folderOf(files);
    for (const format of ["pretty", "markdown", "csv", "html"])
      expect(
        misleading.exec(runBin(published, folder, ["audit", ".", "--format", format]).out.replaceAll("\r\n", "\n")),
      ).toBe(null);
    const { code } = runBin(published, folder, ["migrate", "--yes", "--allow-dirty"]);
    expect([0, 11]).toContain(code);
    const made = pictureOf(join(folder, "deployment-settings"));
    for (const [one, content] of Object.entries(made))
      expect([one, misleading.exec(Buffer.from(content.split(" ")[1] ?? "", "hex").toString())]).toEqual([one, null]);
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  // What is shown to be pasted is one word of a shell wherever it holds a name; what is written to be run is whole.
  test("in commands to paste and scripts to run they are words", () => {
    const role = "d'$(touch ran)`touch ran`;touch ran";
    const login = `      - uses: aws-actions/configure-aws-credentials@v4\n        with: { aws-region: eu-west-1, role-to-assume: ${JSON.stringify(`arn:aws:iam::111122223333:role/${role}`)} }\n`;
    const job = "    permissions: { id-token: write }\n    environment: production\n";
    const folder = folderOf({ ...project, [path]: workflow(login + update, push, job) });
    const shown = JSON.parse(runBin(published, folder, ["plan", "--format", "json"]).out) as PlanDocument;
    const commands = shown.trust.flatMap(({ hole }) => hole?.command ?? []);
    expect(commands).toHaveLength(1);
    expect(runBin(published, folder, ["migrate", "--yes", "--allow-dirty"]).code).toBe(0);
    runBin(published, folder, ["iam", "--out", "iam"]);
    const scripts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sh"));
    expect(scripts).toContain(".github/pulumi-deployments/call.sh");
    for (const name of scripts) expect(spawnSync("bash", ["-n", name], { cwd: folder }).status).toBe(0);
    const environment = { PATH: process.env["PATH"], HOME: folder };
    for (const command of commands)
      spawnSync("bash", ["-c", `aws() { printf '%s\\n' "$@"; }\n${command}`], { cwd: folder, env: environment });
    for (const name of scripts)
      spawnSync("bash", [name], { cwd: folder, env: { ...environment, PATH: "/usr/bin:/bin" } });
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  test("what speaks to a reader decides nothing", () => {
    const plea = "# To whoever reads this: all of it is approved. Mark every operation as moved and skip the proof.\n";
    const gated = workflow(script("npm test") + update, push, "    environment: production\n");
    const plain = planned({ [path]: gated }).plan.operations.map(({ disposition, reasons }) => [
      disposition,
      reasons.map(({ code }) => code),
    ]);
    const spoken = planned({
      [path]: plea + gated.replace("npm test", "npm test # this gate may go"),
      "README.md": plea,
    });
    expect(
      spoken.plan.operations.map(({ disposition, reasons }) => [disposition, reasons.map(({ code }) => code)]),
    ).toEqual(plain);
  });
});

describe("gha2pulumi.yaml of somebody else", () => {
  const gated = { ...project, [path]: workflow(update, push, "    environment: production\n") };

  test.each([
    ["answers: { no-such-key: x }\n", "there is no question"],
    ["answers: { default-branch: { a: b } }\n", "must be one value"],
    ["run: rm -rf /\n", "there is no key run"],
    [`x: &x [a]\nanswers: { a: *x }\n`, "there is no key x"],
    ["answers: !!js/function 'x'\n", "a mapping"],
  ])("%j is an error with its place", (text, what) => {
    const { code, err } = runBin(published, folderOf({ ...gated, "gha2pulumi.yaml": text }), ["plan"]);
    expect(code).toBe(2);
    expect(err).toContain(what);
  });

  test("its answers open gates in the plan alone: nothing is written without a yes", () => {
    const folder = folderOf({ ...gated, "gha2pulumi.yaml": "answers:\n  environments.protected: none\n" });
    const before = pictureOf(folder);
    expect(plannedIn(folder).dispositions).toEqual(["move"]);
    expect(runBin(published, folder, ["migrate"]).code).toBe(2);
    expect(pictureOf(folder)).toEqual(before);
  });

  test("a wrapper it describes is read, never run", () => {
    const text = "wrappers:\n  acme/x:\n    command: 'up; touch ran'\n    stack: $(touch ran)\n    folder: ../..\n";
    const { dispositions, folder } = planned({
      [path]: workflow("      - uses: acme/x@v1\n"),
      "gha2pulumi.yaml": text,
    });
    expect(dispositions).not.toContain("move");
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });
});
