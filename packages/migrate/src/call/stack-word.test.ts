import { expect, test } from "vitest";
import type { Step } from "@gha2pulumi/workflow";
import { stackWord } from "./stack-word.ts";

const ref = "${{ inputs.stack }}";

/** The word of the last line of a script in a step, as a call can say it. */
function wordOf(script: string, env: Readonly<Record<string, string>> = {}, ofJob = ""): string | undefined {
  const source = `- run: |\n${script}\n`;
  const path = "deploy.yml";
  const span = { path, start: 0, end: source.length };
  const last = source.lastIndexOf("pulumi");
  const step = {
    run: { text: script, span },
    env: new Map(Object.entries(env).map(([name, text]) => [name, { text, span }])),
    span,
  } as unknown as Step;
  const place = { path, start: last, end: source.indexOf("\n", last) };
  return stackWord(
    [span, place],
    step,
    ({ start, end }) => source.slice(start, end),
    (name) => name === ofJob,
  );
}

test.each<readonly [string, string | undefined]>([
  [`pulumi up --stack ${ref}`, ref],
  [`S=${ref}\npulumi up --stack $S`, ref],
  [`S="${ref}"\npulumi up -s "acme/\${S}"`, `acme/${ref}`],
  [`  export S=${ref}\n  cd infra\n  pulumi stack select --create $S`, ref],
  [`S=dev-${ref}\npulumi stack select $S --create`, `dev-${ref}`],
  [`pulumi up --stack $S`, undefined],
  [`S=${ref}\nS=other\npulumi up --stack $S`, undefined],
  [`S=${ref}\nread S\npulumi up --stack $S`, undefined],
  [`S=\${{ inputs.S }}\npulumi up --stack $S`, "${{ inputs.S }}"],
  [`if [ "$X" ]; then\n  S=${ref}\nfi\npulumi up --stack $S`, undefined],
  [`(\nS=${ref}\n)\npulumi up --stack $S`, undefined],
  [`cat <<X\nS=${ref}\nX\npulumi up --stack $S`, undefined],
  [`S=${ref} && echo\npulumi up --stack $S`, undefined],
  [`S=$(echo ${ref})\npulumi up --stack $S`, undefined],
  [`S=${ref}\n: \${S:=x}\npulumi up --stack $S`, undefined],
  [`S='${ref}'\npulumi up --stack $S`, undefined],
])("%s", (script, expected) => {
  expect(wordOf(script)).toBe(expected);
});

test("a variable of the step is what the step gives it, unless its script names it", () => {
  expect(wordOf("pulumi up --stack $S", { S: ref })).toBe(ref);
  expect(wordOf("S=x\nS=y\npulumi up --stack $S", { S: ref })).toBeUndefined();
});

test("a variable of the job is that of the `env` context, unless the step or its script has another", () => {
  expect(wordOf('pulumi up --stack "$S"', {}, "S")).toBe("${{ env.S }}");
  expect(wordOf('pulumi up --stack "acme/$S"', {}, "S")).toBe("acme/${{ env.S }}");
  expect(wordOf("pulumi up --stack $S", { S: ref }, "S")).toBe(ref);
  expect(wordOf("read S\npulumi up --stack $S", {}, "S")).toBeUndefined();
  expect(wordOf("pulumi up --stack $S", {}, "T")).toBeUndefined();
});
