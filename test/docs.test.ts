import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadExplanations } from "@gha2pulumi/migrate";
import { ownExplanations } from "../packages/cli/src/explanations.ts";
import {
  commandsIn,
  pages,
  pagesFolder,
  pageText,
  piecesOf,
  scratch,
  sessionIn,
  writeBlock,
  type Block,
  type Session,
} from "./support/documentation.ts";
import { complaints } from "./support/github-parser.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Pages without a place to run in: the design, and what `pnpm golden` makes of the explanations. */
const withoutPlace = ["README.md", "alternatives.md", "architecture.md", "codes.md"];
/** Pages that come with tests of their own. */
const ownTests = ["many-repositories.md", "roles.md"];
const run = pages.filter((page) => pageText(page).includes("<!-- in: "));

// Done, changes, questions, a difference: what a plan may end with. Anything else a block has to announce.
const usual: readonly number[] = [0, 10, 11, 12];

describe("pages whose commands run", () => {
  test.concurrent.each(run)(
    "%s: every command runs, and what is shown is what it prints",
    async (page) => {
      const before = pageText(page);
      const after = await replayed(before);
      if (process.env["GOLDEN"] === "write" && after !== before) writeFileSync(join(pagesFolder, page), after);
      else expect(after).toBe(before);
    },
    300_000,
  );

  test("each page is one of them, or one that has no commands of its own", () => {
    expect(pages.filter((page) => ![...run, ...withoutPlace, ...ownTests].includes(page))).toEqual([]);
  });
});

/** The page with the output of each of its commands put anew behind it. */
async function replayed(text: string): Promise<string> {
  let session: Session | undefined;
  let result = "";
  let at = 0;
  for (const one of piecesOf(text)) {
    if (one.kind === "place") {
      session = sessionIn(one);
      continue;
    }
    result += text.slice(at, one.start) + (await blockOf(one, session));
    at = one.start + one.text.length;
  }
  return result + text.slice(at);
}

async function blockOf(block: Block, session: Session | undefined): Promise<string> {
  const { language, text, note } = block;
  const [what, about = ""] = note.split(": ");
  if (what === "file" && session !== undefined) writeBlock(session, about, text);
  if (what === "workflow") expect(await complaints("workflow.yml", text)).toEqual([]);
  if (!["console", "sh", "bash"].includes(language)) return text;
  if (session === undefined) throw new Error(`a command stands before the page says where it runs:\n${text}`);
  const commands = language === "console" ? commandsIn(text) : [text];
  expect(commands.length).toBeGreaterThan(0);
  const shown: string[] = [];
  for (const command of commands) {
    const { output, code } = await session.run(command);
    const allowed = what === "ends with" && command === commands.at(-1) ? [Number(about)] : usual;
    expect(allowed, `${command} ended with ${code}: ${output}`).toContain(code);
    shown.push(`$ ${command}\n${output.replace(/\n+$/, "\n")}`);
  }
  return language === "console" ? shown.join("\n") : text;
}

describe("all pages", () => {
  test.each(pages)("%s: what it links to is there", (page) => {
    for (const [, target = ""] of pageText(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g))
      if (!ownTests.includes(target)) expect(existsSync(join(pagesFolder, target)), target).toBe(true);
  });

  test("every code they name has an explanation", async () => {
    const codes = new Set([...(await loadExplanations()), ...ownExplanations].map(({ code }) => code));
    for (const page of pages.filter((name) => name !== "architecture.md"))
      for (const [code] of pageText(page).matchAll(/GP\d{3}/g)) expect([page, codes.has(code)]).toEqual([page, true]);
  });

  test("the list of pages names each of them once", () => {
    const named = [...pageText("README.md").matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, name]) => name);
    expect(named.sort()).toEqual([...new Set([...pages, ...ownTests])].filter((name) => name !== "README.md").sort());
  });
});
