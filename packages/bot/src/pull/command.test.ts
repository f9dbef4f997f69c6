import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadExplanations } from "@gha2pulumi/migrate";
import { answerTo, readCommand, type Command } from "./command.ts";

const explanations = await loadExplanations();
const rebase: Command = { kind: "rebase" };

const table: readonly (readonly [comment: string, command: Command | undefined])[] = [
  ["/gha2pulumi rebase", rebase],
  ["/gha2pulumi recreate", { kind: "recreate" }],
  ["/gha2pulumi stop", { kind: "stop" }],
  ["/gha2pulumi explain GP601", { kind: "explain", code: "GP601" }],
  ["/GHA2Pulumi  Explain  gp601  ", { kind: "explain", code: "GP601" }],
  ["Thank you!\r\n/gha2pulumi rebase\r\n", rebase],
  ["/gha2pulumi rebase\n/gha2pulumi stop", rebase],
  ["> quoted\n\n/gha2pulumi rebase", rebase],
  ["```\ncode\n```\n/gha2pulumi rebase", rebase],
  ["some `code`\n/gha2pulumi rebase", rebase],
  ["<!-- x -->\n/gha2pulumi rebase", rebase],
  ["/gha2pulumi", { kind: "unknown", text: "" }],
  ["/gha2pulumi merge", { kind: "unknown", text: "merge" }],
  ["/gha2pulumi recreate please", { kind: "unknown", text: "recreate please" }],
  ["/gha2pulumi explain", { kind: "unknown", text: "explain" }],
  ["/gha2pulumi explain GP601 GP602", { kind: "unknown", text: "explain GP601 GP602" }],
  ["/gha2pulumi explain ../../etc", { kind: "unknown", text: "explain ../../etc" }],
  [`/gha2pulumi ${"x".repeat(500)}`, { kind: "unknown", text: "x".repeat(60) }],
  ["", undefined],
  ["Nothing to do with it", undefined],
  ["Try /gha2pulumi rebase", undefined],
  ["- /gha2pulumi rebase", undefined],
  ["/gha2pulumify rebase", undefined],
  ["`/gha2pulumi rebase`", undefined],
  ["`\n/gha2pulumi rebase\n`", undefined],
  ["    /gha2pulumi rebase", undefined],
  [" /gha2pulumi rebase", undefined],
  ["> /gha2pulumi rebase", undefined],
  ["> quoted\n/gha2pulumi rebase", undefined],
  ["```\n/gha2pulumi rebase\n```", undefined],
  ["```sh\n/gha2pulumi rebase", undefined],
  ["````\n```\n/gha2pulumi rebase\n````", undefined],
  ["~~~\n```\n/gha2pulumi rebase\n~~~", undefined],
  ["<!--\n/gha2pulumi rebase\n-->", undefined],
  ["<pre>\n/gha2pulumi rebase\n</pre>", undefined],
  ["<details>\n<summary>x</summary>\n\n/gha2pulumi stop\n\n</details>", undefined],
];

describe("a command in a comment", () => {
  test.each(table)("%j", (comment, command) => {
    expect(readCommand(comment)).toEqual(command);
  });

  test("is never found in a comment that quotes or codes all of it", () => {
    const text = fc.array(fc.constantFrom("/gha2pulumi stop", "x", "", "```", "> y", "`", "<pre>"), { maxLength: 8 });
    fc.assert(
      fc.property(text, (lines) => {
        expect(readCommand(lines.map((line) => `> ${line}`).join("\n"))).toBeUndefined();
        expect(readCommand(["`````", ...lines, "`````"].join("\n"))).toBeUndefined();
        expect(readCommand(lines.map((line) => `    ${line}`).join("\n"))).toBeUndefined();
      }),
    );
  });
});

describe("an answer", () => {
  const asked = { mayWrite: true, hasPersons: false, explanations };

  test("explains a code, and says where there is none", () => {
    expect(answerTo({ kind: "explain", code: "GP206" }, asked)).toContain("GP206: a GitHub environment");
    expect(answerTo({ kind: "explain", code: "GP999" }, asked)).toContain("There is no code `GP999`");
  });

  test("says what can be asked for, and repeats what was asked as code", () => {
    const answer = answerTo({ kind: "unknown", text: "merge @octocat `x` fixes #1" }, asked) ?? "";
    for (const word of ["rebase", "recreate", "explain CODE", "stop"]) expect(answer).toContain(`/gha2pulumi ${word}`);
    expect(answer).not.toMatch(/@octocat|fixes #1/);
  });

  test("is given to nobody who may not write", () => {
    for (const [, command] of table)
      if (command !== undefined) expect(answerTo(command, { ...asked, mayWrite: false })).toBeUndefined();
  });

  test("says why a rebase is not done, and what a recreate drops", () => {
    expect(answerTo(rebase, { ...asked, hasPersons: true })).toContain("not overwritten");
    expect(answerTo({ kind: "recreate" }, { ...asked, hasPersons: true })).toContain("dropped");
    expect(answerTo(rebase, asked)).toBeUndefined();
  });

  test("is no command", () => {
    const all: readonly Command[] = [
      ...table.flatMap(([, command]) => (command === undefined ? [] : [command])),
      ...explanations.map(({ code }): Command => ({ kind: "explain", code })),
    ];
    for (const command of all)
      for (const hasPersons of [true, false])
        expect(readCommand(answerTo(command, { ...asked, hasPersons }) ?? "")).toBeUndefined();
  });
});
