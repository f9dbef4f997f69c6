import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditOf, loadExplanations, renderReportPage, type AuditedRepository } from "@gha2pulumi/migrate";
import { auditedRepositories, inCampaign } from "../support/audited-repositories.ts";
import { cli } from "../support/command-line.ts";
import { noBrowser, openBrowser } from "../support/browser.ts";
import { faintTexts } from "./colours.ts";

const scratch = mkdtempSync(join(tmpdir(), "gha2pulumi-page-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const template = readFileSync(join(cli, "dist/report.html"), "utf8");
const titles = new Map((await loadExplanations()).map(({ code, title }) => [code, title]));
const many = inCampaign(auditedRepositories(1000));

/** The report of these repositories as a file on the disk. */
function fileOf(name: string, repositories: readonly AuditedRepository[]): string {
  const path = join(scratch, `${name}.html`);
  writeFileSync(path, renderReportPage(template, auditOf(repositories), titles));
  return pathToFileURL(path).href;
}

describe("the page before its data", () => {
  test("is small, and names no place outside of itself", () => {
    expect(Buffer.byteLength(template)).toBeLessThanOrEqual(40 * 1024);
    // A namespace of SVG or MathML is a name, not a place.
    expect(template.match(/https?:\/\/\w[^/]*/g)?.filter((one) => one !== "http://www.w3.org") ?? []).toEqual([]);
    expect(template).not.toMatch(/\beval\(|new Function\b/);
  });

  test("without a place for data, or with two, is refused", () => {
    expect(() => renderReportPage("<html></html>", auditOf([]), titles)).toThrow("place for its data");
    expect(() => renderReportPage(template + template, auditOf([]), titles)).toThrow("place for its data");
  });
});

describe(`the page in a browser${noBrowser === "" ? "" : `: skipped, because ${noBrowser}`}`, () => {
  const shots = join(import.meta.dirname, "dist");
  let browser: Browser;
  let big = "";
  beforeAll(async () => {
    if (noBrowser !== "") return;
    mkdirSync(shots, { recursive: true });
    big = fileOf("many", many);
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  interface Look {
    readonly width?: number;
    readonly colorScheme?: "light" | "dark";
  }

  /** Opens it, does something, and expects that the browser had nothing to say and asked nobody for anything. */
  async function opened(
    url: string,
    act: (page: Page) => Promise<void>,
    { width = 1280, colorScheme = "light" }: Look = {},
  ) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("dialog", (dialog) => said.push(dialog.message()));
    page.on("request", (request) => {
      if (request.url() !== url) said.push(request.url());
    });
    try {
      await page.goto(url);
      await act(page);
      expect(said).toEqual([]);
    } finally {
      await page.close();
    }
  }

  const choice = (page: Page, name: string): Locator => page.getByRole("combobox", { name });
  const names = (page: Page): Promise<readonly string[]> => page.locator(".expand span").allTextContents();
  const status = (page: Page): Promise<string> => page.getByRole("status").innerText();

  test.skipIf(noBrowser !== "")("totals, shapes, reasons and failures are those of the audit", async () => {
    await opened(big, async (page) => {
      const audit = auditOf(many);
      const shown = await page.locator("section[aria-labelledby=totals] tbody .number .link").allTextContents();
      expect(shown).toEqual(["move", "call", "keep", "ask"].map((kind) => String(audit.dispositions[kind as "move"])));
      await page.locator("section[aria-labelledby=shapes] .more").click();
      const shapes = await page
        .locator("section[aria-labelledby=shapes] tbody td.number:nth-of-type(3)")
        .allTextContents();
      expect(shapes).toEqual(audit.shapes.map(({ workflows }) => String(workflows.length)));
      const failures = page.locator("section[aria-labelledby=failures] tbody tr");
      expect(await failures.allInnerTexts()).toEqual([
        "the folder could not be read: EACCES\t8",
        "a mapping was expected\t4",
      ]);
      await failures.nth(1).getByRole("button").click();
      expect(await status(page)).toBe("1–4 of 4 repositories");
    });
  });

  test.skipIf(noBrowser !== "")(
    "search and filters leave what fits, pages have the rest, Clear takes all back",
    async () => {
      await opened(big, async (page) => {
        const has = (kind: string, code: string): number =>
          many.filter(({ operations }) =>
            operations.some((one) => one.disposition === kind && one.codes.includes(code)),
          ).length;
        expect(await status(page)).toBe("1–50 of 1,000 repositories");
        await page.getByLabel("Search").fill("PAYMENTS-00 prod");
        const wanted = many
          .filter(
            ({ name, operations }) =>
              name.includes("payments-00") && operations.some((one) => one.stack.includes("prod")),
          )
          .map(({ name }) => name);
        expect(await names(page)).toEqual(wanted.slice(0, 50));
        await page.getByLabel("Search").fill("");
        await choice(page, "Becomes").selectOption("keep");
        await choice(page, "Reason").selectOption("GP212");
        expect(await status(page)).toBe(`1–50 of ${has("keep", "GP212")} repositories`);
        await choice(page, "Becomes").selectOption("call");
        expect(await status(page)).toBe("No repository has all of this.");
        await page.getByRole("button", { name: "Clear" }).click();
        await choice(page, "Outcome").selectOption("closed");
        await choice(page, "Risk").selectOption("high");
        const risky = many.filter(({ campaign }) => campaign?.outcome === "closed" && campaign.risk === "high");
        expect(risky.length).toBeGreaterThan(0);
        expect(await names(page)).toEqual(risky.map(({ name }) => name).slice(0, 50));
        await page.getByRole("button", { name: "Clear" }).click();
        await choice(page, "Shape").selectOption({ index: 1 });
        const shape = auditOf(many).shapes[0];
        expect(await names(page)).toEqual(shape?.workflows.slice(0, 50).map(({ repository }) => repository));
        await page.getByRole("button", { name: "Clear" }).click();
        await choice(page, "Order").selectOption("most operations");
        expect((await names(page))[0]).toBe(
          many.toSorted((a, b) => b.operations.length - a.operations.length)[0]?.name,
        );
        for (let i = 1; i < 20; i++) await page.getByRole("button", { name: "Next" }).click();
        expect(await status(page)).toBe("951–1,000 of 1,000 repositories");
        expect(await page.getByRole("button", { name: "Next" }).isDisabled()).toBe(true);
      });
    },
  );

  test.skipIf(noBrowser !== "")("a repository shows its facts, and a picture for each stack", async () => {
    await opened(big, async (page) => {
      const one = many[19];
      await page.getByLabel("Search").fill(one?.name ?? "");
      await page.locator(".expand").click();
      const detail = page.locator("td.detail:visible");
      const text = await detail.innerText();
      for (const { stack, location, reasons } of one?.operations ?? []) {
        expect(text).toContain(stack);
        expect(text).toContain(location);
        for (const { code, message } of reasons) expect(text).toContain(`${code} ${message.replaceAll("`", "")}`);
      }
      for (const task of one?.tasks ?? []) expect(text).toContain(task.replaceAll("`", ""));
      const pictures = await detail
        .getByRole("img")
        .evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")));
      expect(pictures).toHaveLength(6);
      expect(pictures[2]).toBe(
        `Today: on pull_request main paths infra/** !**/*.md, preview of ${one?.name}/staging in GitHub Actions; ` +
          `on push main, after environment production, update of ${one?.name}/staging in GitHub Actions`,
      );
      expect(pictures[3]).toContain(
        `on push main, after environment production, update of ${one?.name}/staging in Pulumi Deployments`,
      );
      expect(await detail.getByRole("link").getAttribute("href")).toBe(one?.campaign?.pullRequest?.url);
    });
  });

  test.skipIf(noBrowser !== "")("with the keyboard alone, everything is reached and works", async () => {
    await opened(big, async (page) => {
      const focused = (): Promise<string> =>
        page.evaluate(`(() => {
        const one = document.activeElement;
        const label = one.labels?.[0]?.firstElementChild;
        return (label ?? one).textContent.trim() || one.getAttribute("aria-label");
      })()`);
      const outlined = (): Promise<string> => page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`);
      const reached: string[] = [];
      const total: number = await page.evaluate(
        `document.querySelectorAll("a[href], button:not(:disabled), input, select").length`,
      );
      for (let i = 0; i < total; i++) {
        await page.keyboard.press("Tab");
        reached.push(await focused());
        expect([reached.at(-1), await outlined()]).toEqual([reached.at(-1), "solid"]);
      }
      for (const one of [
        "Shapes",
        "Show all 7",
        "Search",
        "Becomes",
        "Reason",
        "Shape",
        "No plan",
        "Outcome",
        "Risk",
        "Order",
        "Next",
      ])
        expect(reached).toContain(one);
      expect(reached).toContain(many[0]?.name);
      expect(reached.indexOf(many[49]?.name ?? "")).toBeGreaterThan(reached.indexOf(many[0]?.name ?? ""));

      await page.locator("section[aria-labelledby=reasons] tbody .link").first().focus();
      await page.keyboard.press("Enter");
      expect(await focused()).toBe("Repositories");
      expect(await status(page)).toMatch(/^1–50 of \d+ repositories$/);
      await page.keyboard.press("Tab");
      await page.keyboard.type("network-0004");
      expect(await names(page)).toEqual(["acme/network-0004"]);
      while ((await focused()) !== "acme/network-0004") await page.keyboard.press("Tab");
      expect(await page.locator(".expand").getAttribute("aria-expanded")).toBe("false");
      await page.keyboard.press("Space");
      expect(await page.locator(".expand").getAttribute("aria-expanded")).toBe("true");
      expect(await page.locator("td.detail").isVisible()).toBe(true);
      expect(await focused()).toBe("acme/network-0004");
    });
  });

  test.skipIf(noBrowser !== "").each([
    ["light", 1280],
    ["light", 390],
    ["dark", 1280],
    ["dark", 390],
  ] as const)(
    "%s, %i pixels wide: all text has contrast, and nothing is wider than the window",
    async (colorScheme, width) => {
      await opened(
        big,
        async (page) => {
          for (const more of await page.locator(".more").all()) await more.click();
          await page.screenshot({ path: join(shots, `${colorScheme}-${width}.png`), fullPage: true });
          // One of each kind: they are in the first twenty, and in the failures.
          for (let i = 19; i >= 0; i--) await page.locator(".expand").nth(i).click();
          for (const more of await page.locator("summary").all()) await more.click();
          const { texts, faint } = await faintTexts(page);
          expect(faint).toEqual([]);
          expect(texts).toBeGreaterThan(500);
          expect(await page.evaluate(`document.documentElement.scrollWidth`)).toBe(width);
          // Nor does a text leave the box it is in, in the pictures.
          const outside = await page.evaluate(`[...document.querySelectorAll(".node")].filter((node) => {
          const box = node.querySelector("rect").getBoundingClientRect();
          return [...node.querySelectorAll("text")].some((text) => text.getBoundingClientRect().right > box.right);
        }).map((node) => node.textContent)`);
          expect(outside).toEqual([]);
          await page.locator("tbody.open").nth(19).scrollIntoViewIfNeeded();
          await page.screenshot({ path: join(shots, `${colorScheme}-${width}-open.png`), fullPage: true });
          await choice(page, "No plan").selectOption({ index: 1 });
          await page.locator(".expand").first().click();
          expect((await faintTexts(page)).faint).toEqual([]);
        },
        { colorScheme, width },
      );
    },
  );

  test.skipIf(noBrowser !== "")("the check of contrast can fail", async () => {
    await opened(big, async (page) => {
      await page.evaluate(`document.documentElement.style.setProperty("--soft", "#9aa3b2")`);
      expect((await faintTexts(page)).faint.length).toBeGreaterThan(10);
    });
  });

  test.skipIf(noBrowser !== "")("markup in every text of a repository is text", async () => {
    const attack = `</script><img src=x onerror="document.title='ran'"><script>alert(1)</script><!-- ' " \` \u202e \u2028 $& ##[`;
    const hostile = inCampaign(auditedRepositories(40)).map((one) => poisoned(one, attack));
    await opened(fileOf("hostile", hostile), async (page) => {
      for (const more of await page.locator(".more").all()) await more.click();
      for (const row of await page.locator(".expand").all()) await row.click();
      expect(await page.title()).toBe("Pulumi in many repositories");
      expect(await page.locator("img[src], iframe, object").count()).toBe(0);
      expect(await page.locator("script").count()).toBe(2);
      expect(await page.locator(".expand").first().innerText()).toContain(
        `</script><img src=x onerror="document.title='ran'">`,
      );
      expect(await page.locator("body").innerText()).not.toMatch(/[\u202e\u2028]/);
      expect(await page.locator("a[href^='javascript']").count()).toBe(0);
    });
  });

  test.skipIf(noBrowser !== "")(
    "the policy is enforced: a script that got in does not run, and nothing can be asked for",
    async () => {
      const page = await browser.newPage();
      const broken: string[] = [];
      page.on("console", (message) => broken.push(message.text()));
      await page.goto(big);
      // As if the escaping had failed: the elements are put in behind the page's back.
      const path = join(scratch, "injected.html");
      const html = renderReportPage(template, auditOf(many.slice(0, 3)), titles);
      writeFileSync(
        path,
        html.replace(
          "</body>",
          `<script>document.title = "ran"</script><img src="data:image/gif;base64,R0lGOD" onerror="document.title = 'ran'">` +
            `<style>h1 { color: red }</style><base href="https://example.invalid/"><a id="link" href="javascript:document.title='ran'">x</a></body>`,
        ),
      );
      broken.length = 0;
      await page.goto(pathToFileURL(path).href);
      await page.locator("#link").click();
      expect(await page.title()).toBe("Pulumi in many repositories");
      expect(await page.evaluate(`getComputedStyle(document.querySelector("h1")).color`)).not.toBe("rgb(255, 0, 0)");
      expect(await page.evaluate(`document.baseURI`)).toBe(pathToFileURL(path).href);
      for (const directive of ["script-src", "img-src", "style-src", "base-uri"])
        expect(broken.some((one) => one.includes(directive))).toBe(true);
      const asked = await page.evaluate(`fetch("https://example.invalid/").then(() => "went", () => "refused")`);
      expect(asked).toBe("refused");
      expect(broken.some((one) => one.includes("connect-src"))).toBe(true);
      const written = await page.evaluate(
        `(() => { try { document.body.innerHTML = "<b>x</b>"; return "went"; } catch { return "refused"; } })()`,
      );
      expect(written).toBe("refused");
      await page.close();
    },
  );

  test.skipIf(noBrowser !== "")("no repository at all, and one alone, are pages too", async () => {
    for (const number of [0, 1])
      await opened(fileOf(`few-${number}`, auditedRepositories(number)), async (page) => {
        expect(await status(page)).toBe(number === 0 ? "No repository has all of this." : "1–1 of 1 repository");
      });
  });
});

/** The same with a text put behind every other text that is not a word of ours. */
function poisoned<T>(value: T, attack: string): T {
  const ours = ["disposition", "kind", "url"];
  const change = (one: unknown, key: string): unknown => {
    if (key === "url") return `javascript:alert(1)//${attack}`;
    if (typeof one === "string") return ours.includes(key) ? one : `${one}${attack}`;
    if (Array.isArray(one)) return one.map((item) => change(item, key));
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, change(inner, name)]));
  };
  return change(value, "") as T;
}
