import { describe, expect, test } from "vitest";
import { asInShell, textOf, written, type Text } from "@gha2pulumi/repo";
import { playScript } from "./play-script.ts";

const environment: ReadonlyMap<string, Text> = new Map([
  ["STACK", ["prod"]],
  ["EMPTY", []],
  ["SECRET", [{ expression: "secrets.TOKEN", names: ["secrets.TOKEN"], note: "a secret" }]],
]);

function play(script: string): ReturnType<typeof playScript> {
  return playScript(script, { directory: ["."], environment, expressions: [], told: new Set() });
}

/** The programs a script calls: words, `@ folder` below the root, `perhaps`, `fallback`. */
function calls(script: string): readonly string[] {
  return play(script).calls.map(({ words, directory, certainty, fallback }) =>
    [
      words.map((word) => written(word)).join(" "),
      ...(written(directory) === "." ? [] : [`@ ${written(directory)}`]),
      ...(certainty === true ? [] : ["perhaps"]),
      ...(fallback ? ["fallback"] : []),
    ].join(" "),
  );
}

const shown = (values: ReadonlyMap<string, Text>): Readonly<Record<string, string>> =>
  Object.fromEntries([...values].map(([name, text]) => [name, written(textOf(text))]));

test("what the shell fills in is shown with the expressions that are written in it", () => {
  const script = "STACK=$(echo ${{ github.ref }} | awk '{print $1}')\npulumi up --stack \"$STACK\"\n";
  const start = script.indexOf("${{");
  const end = script.indexOf("}}") + 2;
  const expressions = [{ start, end, value: ["refs/heads/main"] }];
  const { calls: all } = playScript(script, { directory: ["."], environment, expressions, told: new Set() });
  const stack = all.at(-1)?.words.at(-1) ?? [];
  expect(stack).toMatchObject([{ expression: "$(echo ${{ github.ref }} | awk '{print $1}')" }]);
  expect(asInShell(written(stack))).toBe("$(echo ${{ github.ref }} | awk '{print $1}')");
});

describe("a name that is no call", () => {
  test.each<readonly [string, string]>([
    ["a comment", "# pulumi up"],
    ["behind a comment sign", "true # && pulumi up"],
    ["echo", "echo pulumi up"],
    ["echo, quoted", 'echo "now: pulumi up --yes"'],
    ["printf", "printf '%s\\n' 'pulumi up'"],
    ["a quoted string in an assignment", 'NEXT="pulumi up --yes"'],
    ["a variable's name", "export pulumi=up; pulumi_up=1"],
    ["a here-document", "cat <<EOF > notes.md\npulumi up\nEOF"],
    ["a quoted here-document", "cat <<'EOF'\n$(pulumi up)\nEOF"],
    ["an indented here-document", "cat <<-EOF\n\tpulumi up\n\tEOF"],
    ["a function that is not called", "deploy() { pulumi up; }"],
    ["a branch that is never taken", "if [ a = b ]; then pulumi up; fi"],
    ["behind exit", "exit 0\npulumi up"],
    ["behind false &&", "false && pulumi up"],
    ["behind true ||", "true || pulumi up"],
    ["a case that does not fit", 'case "$STACK" in dev) pulumi up;; esac'],
    ["an alias", "alias deploy='pulumi up'"],
  ])("%s", (_, script) => {
    expect(calls(script).filter((call) => call.startsWith("pulumi"))).toEqual([]);
  });
});

describe("a call that is one", () => {
  test.each<readonly [string, readonly string[]]>([
    ['echo "$(pulumi stack output url)"', ["pulumi stack output url"]],
    ["cat <<EOF\n$(pulumi stack output url)\nEOF", ["pulumi stack output url"]],
    ["URL=`pulumi stack output url`", ["pulumi stack output url"]],
    ['deploy() { pulumi up -s "$1"; }\ndeploy prod', ["pulumi up -s prod"]],
    ['again() { "$@"; }\nagain pulumi up -s "a b"', ["pulumi up -s a b"]],
    ['again() { "${@}" --yes; }\nagain pulumi up', ["pulumi up --yes"]],
    ['again() { local n=$1; shift; for i in 1 2; do "$@" && return 0; done; }\nagain 3 pulumi up', ["pulumi up"]],
    ['deploy() { shift; pulumi up -s "$1"; }\ndeploy dev prod', ["pulumi up -s prod"]],
    ['again() { "${@:2}"; }\nagain 3 pulumi up -s prod', ["pulumi up -s prod"]],
    ['again() { "${@:2:2}"; }\nagain 3 pulumi up -s prod', ["pulumi up"]],
    ['args=(up -s "a b")\nargs+=(--yes)\npulumi "${args[@]}"', ["pulumi up -s a b --yes"]],
    ['args=()\npulumi preview "${args[@]}"', ["pulumi preview"]],
    ['args=(--yes -s prod)\npulumi up "${args[@]:1}"', ["pulumi up -s prod"]],
    ['args=(--yes)\n[ "$A" = b ] && args=(--diff)\npulumi up "${args[@]}"', ["pulumi up ${{ $args[0] }}"]],
    ['args=([a]=b)\npulumi up "${args[@]}"', ["pulumi up ${{ ${args[@]} }}"]],
    ['args=(-s dev)\nargs[1]=prod\npulumi up "${args[@]}"', ["pulumi up ${{ ${args[@]} }}"]],
    [
      's=()\nmapfile -t s < f\nfor i in "${s[@]}"; do pulumi up -s "$i"; done',
      ["mapfile -t s", "pulumi up -s ${{ $i }} perhaps"],
    ],
    ["(pulumi preview; exit $?)\npulumi up", ["pulumi preview", "pulumi up"]],
    [
      'up() { s=dev; while [ $# -gt 0 ]; do case "$1" in -q) shift;; -s) s=$2; shift 2;; esac; done; pulumi up -s $s; }\nup -q -s prod',
      ["pulumi up -s ${{ $s }}"],
    ],
    ["s=dev\nfor a in $(cat f); do s=$a; done\npulumi up -s $s", ["cat f", "pulumi up -s ${{ $s }}"]],
    ['for s in dev prod; do stacks+=("$s"); done\npulumi up "${stacks[@]}"', ["pulumi up ${{ ${stacks[@]} }}"]],
    ['deploy() { shift 2; pulumi up -s "$1"; }\ndeploy a b c', ["pulumi up -s c"]],
    ['deploy() { shift 7; pulumi up -s "$1"; }\ndeploy dev', ["pulumi up -s dev"]],
    ['deploy() { shift $N; pulumi up -s "$1"; }\ndeploy dev', ["pulumi up -s ${{ env.1 }}"]],
    [
      "function deploy { cd network; pulumi up; }\ndeploy; pulumi preview",
      ["pulumi up @ network", "pulumi preview @ network"],
    ],
    ["pulumi \\\n  up \\\n  --yes", ["pulumi up --yes"]],
    ["STACK=dev pulumi up -s $STACK", ["pulumi up -s prod"]],
    ["pulumi up > log.txt 2>&1", ["pulumi up"]],
    ["! pulumi preview --expect-no-changes", ["pulumi preview --expect-no-changes"]],
    ["pulumi up &\nwait", ["pulumi up"]],
    ["{ pulumi preview; pulumi up; }", ["pulumi preview", "pulumi up"]],
  ])("%s", (script, expected) => {
    expect(calls(script)).toEqual(expected);
  });
});

describe("folders", () => {
  test.each<readonly [string, readonly string[]]>([
    ["cd network && pulumi up", ["pulumi up @ network"]],
    ["cd network\ncd ../dns\npulumi up", ["pulumi up @ dns"]],
    ["(cd network && pulumi up); pulumi preview", ["pulumi up @ network", "pulumi preview"]],
    ["pushd network; pulumi up; popd; pulumi preview", ["pulumi up @ network", "pulumi preview"]],
    ["cd network | pulumi up", ["pulumi up"]],
    ["X=$(cd network && ls); pulumi up", ["ls @ network", "pulumi up"]],
    ['cd "$GITHUB_WORKSPACE/network" && pulumi up', ["pulumi up @ network"]],
    ["cd network; cd -; pulumi up", ["pulumi up"]],
    ["if [ -d network ]; then cd network; fi; pulumi up", ["pulumi up @ ${{ $PWD }}"]],
    ["cd network || exit 1\npulumi up", ["pulumi up @ network"]],
    ["for one in network dns; do (cd $one; pulumi up); done", ["pulumi up @ network", "pulumi up @ dns"]],
    ["pulumi up &&\n  cd network &&\n  pulumi preview", ["pulumi up", "pulumi preview @ network"]],
  ])("%s", (script, expected) => {
    expect(calls(script)).toEqual(expected);
  });
});

describe("a loop that runs a program again where it fails", () => {
  test.each<readonly [string, string]>([
    ["for i in 1 2 3; do pulumi up && break; done", "for i"],
    ["for i in 1 2 3; do pulumi up && exit 0; sleep 5; done\nexit 1", "for i"],
    ["deploy() { for i in 1 2; do pulumi up && return 0; done; }\ndeploy", "for i"],
    ["for i in 1 2; do while true; do pulumi up && break; done; break; done", "while"],
    ["while true; do pulumi up && break; done", "while"],
    ["for i in 1 2; do date; done\npulumi up", ""],
    ["for i in 1; do pulumi up && break; done", ""],
    ["for stack in a b; do pulumi up -s $stack || exit 1; done", ""],
    ["for i in 1 2; do pulumi up; done", ""],
    ["while true; do pulumi up; sleep 60; done", ""],
  ])("%s: %s", (script, loop) => {
    const [up] = play(script).calls.filter(({ words }) => words[0]?.[0] === "pulumi");
    expect(up).toBeDefined();
    expect(up?.loop === undefined ? "" : script.slice(up.loop.start, up.loop.end)).toMatch(
      loop === "" ? /^$/ : new RegExp(`^${loop}.*done$`),
    );
  });
});

describe("a loop that passes over the failure of its last turn", () => {
  test.each<readonly [string, boolean]>([
    ["for i in 1 2 3; do pulumi up && break; sleep 5; done", true],
    ["for i in 1 2 3; do\n  pulumi up && break\n  echo again\ndone\n", true],
    ["for i in 1 2 3; do pulumi up && exit 0; sleep 5; done", true],
    ["for i in 1 2 3; do pulumi up && break; done\necho done", true],
    ["for i in 1 2 3; do pulumi up && break; done", false],
    ["for i in 1 2 3; do\n  pulumi up && break\ndone\n", false],
    ["for i in 1 2 3; do pulumi up && exit 0; sleep 5; done\nexit 1", false],
    ['for i in 1 2 3; do pulumi up && ok=1 && break; sleep 5; done\n[ -n "$ok" ]', false],
    ["while true; do pulumi up && break; sleep 5; done", false],
  ])("%s: %s", (script, expected) => {
    const [up] = play(script).calls.filter(({ words }) => words[0]?.[0] === "pulumi");
    expect(up?.excused).toBe(expected);
  });
});

describe("what runs for certain", () => {
  test.each<readonly [string, readonly string[]]>([
    ["set -euo pipefail\nnpm ci && pulumi up", ["npm ci", "pulumi up"]],
    ["npm ci || pulumi up", ["npm ci", "pulumi up perhaps fallback"]],
    [
      "pulumi stack select prod || pulumi stack init prod\npulumi up",
      ["pulumi stack select prod", "pulumi stack init prod perhaps fallback", "pulumi up"],
    ],
    ["pulumi up || true", ["pulumi up"]],
    ["pulumi preview | tee plan.txt", ["pulumi preview", "tee plan.txt"]],
    ["yes | pulumi up", ["yes", "pulumi up"]],
    ["git diff --quiet || pulumi up", ["git diff --quiet", "pulumi up perhaps"]],
    ['if [ "$STACK" = prod ]; then pulumi up; else pulumi preview; fi', ["pulumi up"]],
    ["if [[ $STACK == p* ]]; then pulumi up; fi", ["pulumi up"]],
    ['if [ -n "$UNSET" ]; then pulumi up; fi', ["pulumi up perhaps"]],
    [
      "if grep -q x y; then pulumi up; else pulumi preview; fi",
      ["grep -q x y", "pulumi up perhaps", "pulumi preview perhaps"],
    ],
    ["case $STACK in prod|live) pulumi up;; *) pulumi preview;; esac", ["pulumi up"]],
    ['[ -z "$STACK" ] && exit 1\npulumi up', ["pulumi up"]],
    ['[ "$STACK" = prod ] && pulumi up || pulumi preview', ["pulumi up", "pulumi preview perhaps fallback"]],
    ["for stack in a b; do pulumi up -s $stack; done", ["pulumi up -s a", "pulumi up -s b"]],
    ["for i in 1 2 3; do pulumi up && break; done", ["pulumi up"]],
    ["for i in 1 2 3; do pulumi up && break || sleep 10; done", ["pulumi up"]],
    ["for i in 1 2; do if [ $i = 1 ]; then continue; fi; pulumi up -s $i; done", ["pulumi up -s 2"]],
    ["while true; do pulumi up && break; done", ["pulumi up"]],
    ["until pulumi up; do true; done", ["pulumi up"]],
    ["deploy() { pulumi up; return 0; pulumi destroy; }\ndeploy\npulumi preview", ["pulumi up", "pulumi preview"]],
    [
      'check() { if [ -n "$UNSET" ]; then return; fi; pulumi preview; }\ncheck\npulumi up',
      ["pulumi preview perhaps", "pulumi up"],
    ],
    ['if [ -n "$UNSET" ]; then exit 0; fi\npulumi up', ["pulumi up perhaps"]],
    ["(exit 1) || true\npulumi up", ["pulumi up"]],
    ["trap 'rm -rf plan; exit 1' EXIT\npulumi up", ["pulumi up"]],
    ["trap 'pulumi cancel' ERR\npulumi up", ["trap pulumi cancel ERR", "pulumi up"]],
  ])("%s", (script, expected) => {
    expect(calls(script)).toEqual(expected);
  });
});

describe("what a script hands on", () => {
  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['echo "stack=$STACK" >> $GITHUB_OUTPUT', { stack: "prod" }],
    ['echo "stack=$STACK" >> "${GITHUB_OUTPUT}"', { stack: "prod" }],
    ['echo "::set-output name=stack::prod"', { stack: "prod" }],
    ['{ echo "a=1"; echo "b=2"; } >> $GITHUB_OUTPUT', { a: "1", b: "2" }],
    [
      'case "$STACK" in\n  prod) echo "region=eu" >> $GITHUB_OUTPUT ;;\n  *) echo "region=us" >> $GITHUB_OUTPUT ;;\nesac',
      { region: "eu" },
    ],
    ['if [ "$STACK" = dev ]; then echo "n=1" >> $GITHUB_OUTPUT; else echo "n=2" >> $GITHUB_OUTPUT; fi', { n: "2" }],
    [
      'if [ "$STACK" = dev ]; then R=us; elif [ "$STACK" = prod ]; then R=eu; fi\necho "r=$R" >> $GITHUB_OUTPUT',
      { r: "eu" },
    ],
    ['R=$([ "$STACK" = prod ] && echo eu || echo us)\necho "r=$R" >> $GITHUB_OUTPUT', { r: "eu" }],
    ['R=$([ "$STACK" = dev ] && echo eu || echo us)\necho "r=$R" >> $GITHUB_OUTPUT', { r: "us" }],
    ['[ "$STACK" = dev ] && R=eu || R=us\necho "r=$R" >> $GITHUB_OUTPUT', { r: "us" }],
    ['[[ "$STACK" == "prod" ]] && echo "r=eu" >> $GITHUB_OUTPUT || echo "r=us" >> $GITHUB_OUTPUT', { r: "eu" }],
    ['echo "url=$(pulumi stack output url)" >> $GITHUB_OUTPUT', { url: "${{ $(pulumi stack output url) }}" }],
    ["printf 'a=%s\\n' \"$STACK\" >> $GITHUB_OUTPUT", { a: "prod" }],
    ['echo "a=1" | tee -a $GITHUB_OUTPUT', { a: "1" }],
    ['if [ -n "$UNSET" ]; then echo "a=1" >> $GITHUB_OUTPUT; fi', { a: "${{ output }}" }],
    ['echo "a=${STACK^^}-${STACK%od}" >> $GITHUB_OUTPUT', { a: "PROD-pr" }],
    ['echo "a=1" > notes.txt', {}],
  ])("outputs: %s", (script, expected) => {
    expect(shown(play(script).outputs)).toEqual(expected);
  });

  test.each<readonly [string, Readonly<Record<string, string>>]>([
    ['echo "STACK=dev" >> $GITHUB_ENV', { STACK: "dev" }],
    ["cat <<EOF >> $GITHUB_ENV\nSTACK=$STACK\nREGION=eu\nEOF", { STACK: "prod", REGION: "eu" }],
    ['echo "NOTES<<END" >> $GITHUB_ENV\necho "one" >> $GITHUB_ENV\necho "END" >> $GITHUB_ENV', { NOTES: "one" }],
    ['{\n  echo "NOTES<<END"\n  echo one\n  echo two\n  echo END\n} >> "$GITHUB_ENV"', { NOTES: "one\ntwo" }],
    ["cat >> $GITHUB_ENV <<'EOF'\nSTACK=$STACK\nEOF", { STACK: "$STACK" }],
    ['echo "$HOME/.pulumi/bin" >> $GITHUB_PATH', {}],
  ])("environment: %s", (script, expected) => {
    expect(shown(play(script).environment)).toEqual(expected);
  });

  test.each<readonly [string, boolean]>([
    ["./tool >> $GITHUB_OUTPUT", true],
    ["cat values.env >> $GITHUB_ENV", true],
    ['echo "$HOME/.pulumi/bin" >> $GITHUB_PATH', false],
    ["echo done >> $GITHUB_STEP_SUMMARY", false],
  ])("opaque: %s", (script, expected) => {
    expect(play(script).opaque).toBe(expected);
  });
});

test.each<readonly [line: string, isNoted: boolean]>([
  ['echo "$GITHUB_WORKSPACE/bin" >> $GITHUB_PATH', true],
  ['echo "$PWD/bin" >> $GITHUB_PATH', true],
  ['echo "$(pwd)/bin" >> "$GITHUB_PATH"', true],
  ["echo bin | tee -a $GITHUB_PATH", true],
  ['echo "$TOOLS/bin" >> $GITHUB_PATH', true],
  ['echo "$HOME/.local/bin" >> $GITHUB_PATH', false],
  ["echo ~/.pulumi/bin >> $GITHUB_PATH", false],
  ["echo /usr/local/go/bin >> $GITHUB_PATH", false],
  ['echo "$(go env GOPATH)/bin" >> $GITHUB_PATH', false],
  ['echo "$RUNNER_TOOL_CACHE/tool" >> $GITHUB_PATH', false],
  ['echo "$PWD/.venv/bin" >> $GITHUB_PATH', false],
])("a folder that programs are found in: %s", (line, isNoted) => {
  const noted = play(line).calls.some(({ writes }) => writes?.[0] === "$GITHUB_PATH");
  expect(noted).toBe(isNoted);
});

test("the environment of a call is what the script has set, and what stands in front of it", () => {
  const [call] = play("export REGION=eu\nSTACK=dev LEVEL=3 pulumi up").calls;
  expect(shown(call?.environment ?? new Map())).toEqual({ REGION: "eu", STACK: "dev", LEVEL: "3" });
});

test("variables of a function or a subshell do not leave a subshell", () => {
  const [call] = play("(STACK=dev; cd network)\npulumi up -s $STACK").calls;
  expect(call && written(call.words.at(-1) ?? [])).toBe("prod");
});

describe("a known failure ends a script that runs with -e", () => {
  test.each([
    ["false"],
    ["test 1 = 2"],
    ["[[ a == b ]]"],
    ["( false )"],
    ["echo a | false"],
    ["test 1 = 2 || false"],
    ["f() { return 1; }\nf"],
    ["for i in a b; do [ $i = a ]; done"],
  ])("%s", (lines) => {
    expect(play(`${lines}\npulumi up`).fails).toBe(true);
    expect(calls(`${lines}\npulumi up`)).not.toContain("pulumi up");
  });

  test.each([
    ["false || true"],
    ["false && echo"],
    ["! true"],
    ["false | cat"],
    ["set +e\nfalse"],
    ["{ false; } || true"],
    ["if false; then echo; fi"],
    ["while false; do echo; done"],
    ["f() { return 1; }\nf || true"],
    ["f() { return $code; }\nf"],
    ["echo $(false)"],
  ])("not where something asks for it, or nobody knows it: %s", (lines) => {
    expect(play(`${lines}\npulumi up`).fails).toBe(false);
    expect(calls(`${lines}\npulumi up`)).toContain("pulumi up");
  });
});

test.each<readonly [string, string | undefined, readonly string[]]>([
  ['cd "$(dirname "$0")/../infra"; up', "scripts/deploy.sh", ["up @ infra"]],
  ['cd "$(dirname "${BASH_SOURCE[0]}")" && up', "./scripts/deploy.sh", ["up @ scripts"]],
  ['HERE="$(cd "$(dirname "$0")" && pwd)"\ncd /\ncd "$HERE/.."; up', "a/b/c.sh", ["up @ a"]],
  ['ROOT=$(dirname "$(dirname "$0")"); cd $ROOT; up', "a/b/c.sh", ["up @ a"]],
  ['up "$(basename infra/prod.yaml .yaml)"', undefined, ["up prod"]],
  ["cd infra; cd $(git rev-parse --show-toplevel); up", undefined, ["up"]],
  ["cd infra; up $(pwd)", undefined, ["up /github/workspace/infra @ infra"]],
  ["cd ~; up $(pwd)", undefined, ["pwd @ ~", "up ${{ $(pwd) }} @ ~"]],
])("a script that asks where it is: %s", (script, name, expected) => {
  const own = new Map(name === undefined ? [] : [["0", [name]]]);
  const { calls: found } = playScript(script, { directory: ["."], environment: own, expressions: [], told: new Set() });
  expect(
    found.map(({ words, directory }) =>
      [
        words.map((word) => written(word)).join(" "),
        ...(written(directory) === "." ? [] : [`@ ${written(directory)}`]),
      ].join(" "),
    ),
  ).toEqual(expected);
});

test("where a script of a step stands nobody can tell", () => {
  expect(calls('cd "$(dirname "$0")"; up')).toEqual(["dirname ${{ env.0 }}", 'up @ ${{ $(dirname "$0") }}']);
});

test("arms of one condition are apart, those of two are not, and the same condition is met anew in each turn", () => {
  const armsOf = (script: string): readonly (readonly [object, number])[][] =>
    play(script).calls.map(({ arms }) => arms.map(({ choice, arm }) => [choice, arm] as const));
  const [, up, , preview, after] = armsOf("if ./ask; then up; elif ./other; then preview; fi; after");
  expect(up?.[0]?.[0]).toBe(preview?.[0]?.[0]);
  expect([up?.[0]?.[1], preview?.[0]?.[1], after]).toEqual([0, 1, []]);
  const turns = armsOf("for s in dev prod; do case $X in a) up $s;; *) preview $s;; esac; done");
  expect(turns[0]?.[0]?.[0]).toBe(turns[1]?.[0]?.[0]);
  expect(turns[0]?.[0]?.[0]).not.toBe(turns[2]?.[0]?.[0]);
  expect(armsOf("case $X in a) up;& *) preview;; esac")).toEqual([[], []]);
});

test("what every runner gives is known until it is taken away or changed", () => {
  expect(calls('if [ "$CI" = true ]; then up; else preview; fi')).toEqual(["up"]);
  expect(calls('[[ -z "${GITHUB_ACTIONS:-}" ]] || up')).toEqual(["up"]);
  expect(calls('CI=false; if [ "$CI" = true ]; then up; else preview; fi')).toEqual(["preview"]);
  expect(calls('unset CI; if [ "$CI" = true ]; then up; else preview; fi')).toEqual(["up perhaps", "preview perhaps"]);
});
