import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Text } from "@gha2pulumi/repo";
import { playScript } from "./play-script.ts";
import type { ShellLine } from "./shell-line.ts";

const secret = (name: string): Text => [
  { expression: `secrets.${name}`, names: [`secrets.${name}`], note: "a secret" },
];
const environment = new Map<string, Text>([
  ["KEY", secret("GCP_KEY")],
  ["TARGET", ["key.json"]],
  ["SHA", [{ expression: "github.sha", names: ["github.sha"], note: "of the run" }]],
]);

/** The line of a script's last call; `<<NAME>>` stands for `${{ secrets.NAME }}`, and is as long. */
function lineOf(script: string): ShellLine | undefined {
  const expressions = [...script.matchAll(/<<(\w+)>>/g)].map(({ index, 0: text, 1: name }) => ({
    start: index,
    end: index + text.length,
    value: secret(name ?? ""),
  }));
  return playScript(script, { directory: ["."], environment, expressions, told: new Set() }).calls.at(-1)?.line;
}

test.each<readonly [string, string, readonly string[]]>([
  ['echo "$KEY" > key.json', 'echo "$KEY" > key.json', ["KEY"]],
  ["echo $KEY > $TARGET", "echo $KEY > $TARGET", ["KEY", "TARGET"]],
  ['echo "$KEY" | base64 -d > $HOME/key.json', 'echo "$KEY" | base64 -d > $HOME/key.json', ["KEY"]],
  ['base64 --decode <<< "$KEY" > key.json', 'base64 --decode <<< "$KEY" > key.json', ["KEY"]],
  ["printf '%s' \\\n  \"$KEY\" \\\n  > key.json", "printf '%s' \"$KEY\" > key.json", ["KEY"]],
  [
    'echo "<<KUBE_CONFIG>>" > ~/.kube/config',
    '[[ $SETUP_KUBE_CONFIG != *[\\"\\$\\`\\\\]* ]] && echo "${SETUP_KUBE_CONFIG}" > ~/.kube/config',
    ["SETUP_KUBE_CONFIG"],
  ],
  [
    "echo '<<KUBE_CONFIG>>' > config",
    '[[ $SETUP_KUBE_CONFIG != *\\\'* ]] && echo "${SETUP_KUBE_CONFIG}" > config',
    ["SETUP_KUBE_CONFIG"],
  ],
  ["cat > config <<END\n[default]\nkey = $KEY\nEND", 'printf \'%s\\n\' "[default]" "key = $KEY" > config', ["KEY"]],
  ["cat > config <<'END'\nprice: $5\nEND", "printf '%s\\n' \"price: \\$5\" > config", []],
  [
    "cat <<'END' > config\n<<KUBE_CONFIG>>\nEND",
    "printf '%s\\n' \"${SETUP_KUBE_CONFIG}\" > config",
    ["SETUP_KUBE_CONFIG"],
  ],
  ['az login -p "$KEY"', 'az login -p "$KEY"', ["KEY"]],
])("%s", (script, text, variables) => {
  const line = lineOf(script);
  expect([line?.text, [...(line?.variables.keys() ?? [])]]).toEqual([text, variables]);
});

test.each([
  "echo $KEY >> key.json",
  "echo $KEY > key.json 2>&1",
  "echo $SHA > version",
  "echo $UNSET > version",
  "echo $(date) > version",
  "echo $KEY* > version",
  "KEY=a echo $KEY > version",
  "echo 'a <<KUBE_CONFIG>>' > config",
  "cat > config <<END\n$(date)\nEND",
  "cat > config <<END\na\\tb\nEND",
  "cat > config <<-END\n\ta\n\tEND",
  'echo "$KEY" |& tee config > log',
  "URL=$(echo $KEY > key.json)",
])("not sure to do the same elsewhere: %s", (script) => {
  expect(lineOf(script)).toBeUndefined();
});

/** What a script writes on a runner, where GitHub has put the value in; and what its line writes, if it does. */
function written(script: string, value: string): readonly [string, string | undefined] {
  const folder = mkdtempSync(join(tmpdir(), "line-"));
  const run = (text: string, more: Readonly<Record<string, string>>): string | undefined => {
    try {
      execFileSync("bash", ["-ec", text], {
        cwd: folder,
        env: { PATH: process.env["PATH"], ...more },
        stdio: "ignore",
      });
      return readFileSync(join(folder, "out"), "utf8");
    } catch {
      return undefined;
    }
  };
  const before =
    run(
      script.replaceAll("<<VALUE>>", () => value),
      { KEY: value },
    ) ?? "fails";
  rmSync(join(folder, "out"), { force: true });
  const line = lineOf(script);
  const after = run(line?.text ?? "exit 1", { KEY: value, SETUP_VALUE: value });
  rmSync(folder, { recursive: true, force: true });
  return [before, after];
}

const values = [
  "plain",
  "a b  c",
  "one\ntwo\n",
  '{ "a": "\\n*" }',
  "a$HOME`b`",
  "it's",
  "~/x",
  "",
  "eyJhIjoxfQ==",
  "*",
];

test.each([
  'echo "$KEY" > out',
  "echo $KEY > out",
  "printf '%s' \"$KEY\" > out",
  "cat > out <<END\nkey = $KEY\nEND",
  'echo "<<VALUE>>" > out',
  "echo '<<VALUE>>' > out",
  "echo <<VALUE>> > out",
  "cat > out <<'END'\n<<VALUE>>\nEND",
  'cat > out <<END\na <<VALUE>> "b"\nEND',
  'echo "<<VALUE>>" | base64 -d > out',
])("writes the same, or nothing: %s", (script) => {
  const results = values.map((value) => written(script, value));
  for (const [before, after] of results) if (after !== undefined) expect(after).toBe(before);
  expect(results.filter(([, after]) => after !== undefined).length).toBeGreaterThan(0);
});
