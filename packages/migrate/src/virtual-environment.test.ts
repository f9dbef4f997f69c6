import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

interface Told {
  readonly disposition: string;
  readonly prepare: readonly string[];
  readonly reasons: readonly { readonly code: string }[];
}

/** What becomes of the update of a Python program, whose job runs these scripts; the last may be the update itself. */
async function planned(options: string, ...scripts: readonly string[]): Promise<string> {
  const update = "pulumi up --yes --stack acme/network/prod";
  const steps = [...scripts, ...(scripts.some((script) => script.includes("pulumi up")) ? [] : [update])]
    .map((script) => `      - run: |\n${script.replaceAll(/^/gm, "          ")}\n        working-directory: infra\n`)
    .join("");
  const workflow = `on:\n  push:\n    branches: [main]\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    env:\n      PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}\n    steps:\n      - uses: actions/checkout@v4\n${steps}`;
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow],
    ["infra/Pulumi.yaml", `name: network\nruntime:\n  name: python\n${options}`],
    ["infra/__main__.py", "import pulumi\n"],
    ["infra/requirements.txt", "pulumi>=3\n"],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  const { operations } = JSON.parse(JSON.stringify(document)) as { readonly operations: readonly Told[] };
  return operations
    .map(({ disposition, prepare, reasons }) =>
      [disposition, ...prepare, ...reasons.map(({ code }) => code)].join("; "),
    )
    .join("\n");
}

const own = "  options:\n    virtualenv: venv\n";
const install = "pip install -r requirements.txt";
const update = "pulumi up --yes --stack acme/network/prod";

test.each<readonly [name: string, options: string, scripts: readonly string[], becomes: string]>([
  [
    "pip is that of the environment",
    own,
    [`python -m venv venv\nsource ./venv/bin/activate\n${install}`],
    `move; python -m venv venv; venv/bin/${install}`,
  ],
  [
    "in the folder above, on one line",
    own,
    [`python -m venv ../venv && . ../venv/bin/activate && python -m ${install}`],
    `move; python -m venv ../venv; ../venv/bin/python -m ${install}`,
  ],
  [
    "the next step has a shell of its own",
    own,
    ["python -m venv venv\n. venv/bin/activate", install],
    `move; python -m venv venv; ${install}`,
  ],
  [
    "behind deactivate it is over",
    own,
    [`python -m venv venv\n. venv/bin/activate\ndeactivate\n${install}`],
    `move; python -m venv venv; ${install}`,
  ],
  [
    "a program that finds its Python by the activation has one Python with what is installed",
    "",
    [`python -m venv venv\n. venv/bin/activate\n${install}\n${update}`],
    `move; python -m venv venv; ${install}`,
  ],
  [
    "a program that finds another Python by the activation",
    "",
    [`python -m venv venv\nvenv/bin/${install}\n. venv/bin/activate\n${update}`],
    `keep; python -m venv venv; venv/bin/${install}; GP227`,
  ],
  [
    "a tool that looks for the active environment",
    own,
    ["python -m venv venv\n. venv/bin/activate\npoetry install"],
    "ask; python -m venv venv; GP221",
  ],
  [
    "packages beside those of the program are in the same Python",
    "",
    [install, "pip install boto3"],
    `move; ${install}; pip install boto3`,
  ],
  [
    "packages that the environment of the program does not get",
    own,
    [install, "pip install boto3"],
    `ask; ${install}; GP221`,
  ],
  [
    "another file, as the one that Deployments reads",
    own,
    ["pip install -r ../requirements.txt"],
    "move; pip install -r ../requirements.txt",
  ],
  ["extras in the folder of uv", "", ["uv sync --extra deploy"], "ask; GP221"],
  [
    "extras in the folder of uv, where the program looks",
    "  options:\n    toolchain: uv\n",
    ["uv sync --extra deploy"],
    "move; uv sync --extra deploy",
  ],
  ["an environment of uv is not that of the runner", "", ["uv pip install boto3"], "ask; GP221"],
  ["uv with the Python of the runner", "", ["uv pip install --system boto3"], "move; uv pip install --system boto3"],
  ["packages that uv gives the program", "", [`uv run --with boto3 ${update}`], "ask; GP221"],
  [
    "an activation that may not happen",
    own,
    [`python -m venv venv\nif [ -f "$RUNNER_TEMP/a" ]; then . venv/bin/activate; fi\n${install}`],
    "ask; python -m venv venv; GP221",
  ],
])("%s", async (_, options, scripts, becomes) => {
  expect(await planned(options, ...scripts)).toBe(becomes);
});
