// The limits are exact, on a clock that the tests turn.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGitHub, type GitHub } from "./github.ts";
import { createLimits, turnedClock } from "./limits.ts";
import { expectClean, octokitOf } from "./support.ts";

const minute = 60_000;
let at = Date.UTC(2030, 0, 1);
const clock = { now: (): number => at };
const started: GitHub[] = [];
const start = async (limits: Parameters<typeof createLimits>[1]): Promise<GitHub> => {
  const github = await startGitHub({ clock, limits });
  github.addRepository({ owner: "acme", name: "shop", files: new Map([["a", "a\n"]]) });
  started.push(github);
  return github;
};
beforeAll(() => void (at = Date.UTC(2030, 0, 1)));
afterAll(() => Promise.all(started.map((one) => one.close())));

test("80 content requests in any minute, 500 in any hour, and not one more", () => {
  const limits = createLimits(clock.now, {});
  const begin = at;
  const admitted: number[] = [];
  // One more each 100 ms for two hours: whatever is let in keeps both windows.
  for (let i = 0; i < 72_000; i++, at += 100) {
    if (limits.admit(1, "core", 1) === undefined) {
      admitted.push(at);
      limits.end(1, "core", true);
    }
  }
  const most = (length: number): number =>
    admitted.reduce(
      (found, from, i) => Math.max(found, admitted.slice(i, i + 600).filter((one) => one < from + length).length),
      0,
    );
  expect([most(minute), most(60 * minute)]).toEqual([80, 500]);
  expect(admitted).toHaveLength(1000);
  expect(admitted[499]! - begin).toBeLessThan(7 * minute);
});

test("a content request too many is answered 403 with Retry-After, after which it is let in", async () => {
  const github = await start({ contentPerMinute: 3 });
  const octokit = octokitOf(github);
  const comment = (): Promise<unknown> => octokit.request("POST /repos/acme/shop/issues", { title: "One" });
  for (let i = 0; i < 3; i++, at += 10_000) await comment();
  const limited = await comment().catch((error: unknown) => error);
  expect(limited).toMatchObject({ status: 403, message: expect.stringContaining("secondary rate limit") });
  const wait = Number((limited as { response: { headers: Record<string, string> } }).response.headers["retry-after"]);
  expect(wait).toBe(30);
  const mutation = 'mutation { a: createIssue(input: { repositoryId: "R", title: "t" }) { issue { id } } }';
  await expect(octokit.graphql(mutation)).rejects.toMatchObject({ status: 403 });
  await octokit.request("GET /repos/acme/shop/issues");
  at += wait * 1000;
  await comment();
  expect(github.issues("acme", "shop")).toHaveLength(4);
  expect(github.requests.filter(({ limited }) => limited !== undefined).map(({ limited }) => limited)).toEqual([
    "secondary",
    "secondary",
  ]);
  expectClean(github);
});

test("each mutation of a GraphQL document counts", async () => {
  const github = await start({ contentPerMinute: 2 });
  const id = `R_${github.repository("acme", "shop").id}`;
  const one = (name: string): string =>
    `${name}: createIssue(input: { repositoryId: "${id}", title: "t" }) { issue { number } }`;
  const octokit = octokitOf(github);
  await expect(octokit.graphql(`mutation { ${one("a")} ${one("b")} ${one("c")} }`)).rejects.toMatchObject({
    status: 403,
  });
  await octokit.graphql(`mutation { ${one("a")} ${one("b")} }`);
  expect(github.issues("acme", "shop")).toHaveLength(2);
  expectClean(github);
});

test("the primary limit ends with its hour, says how much is left, and is not touched by a 304", async () => {
  const github = await start({ primary: 3 });
  const octokit = octokitOf(github);
  const first = await octokit.request("GET /repos/acme/shop");
  expect(first.headers).toMatchObject({
    "x-ratelimit-limit": "3",
    "x-ratelimit-remaining": "2",
    "x-ratelimit-used": "1",
  });
  const again = { headers: { "if-none-match": first.headers.etag } };
  for (let i = 0; i < 5; i++)
    await expect(octokit.request("GET /repos/acme/shop", again)).rejects.toMatchObject({ status: 304 });
  await octokit.request("GET /repos/acme/shop/topics");
  await octokit.request("GET /repos/acme/shop/labels");
  const limited = await octokit.request("GET /repos/acme/shop").catch((error: unknown) => error);
  expect(limited).toMatchObject({ status: 403, response: { headers: { "x-ratelimit-remaining": "0" } } });
  const headers = (limited as { response: { headers: Record<string, string> } }).response.headers;
  expect(headers).not.toHaveProperty("retry-after");
  const query = (): Promise<unknown> => octokit.graphql("{ viewer { login } }");
  for (let i = 0; i < 3; i++) await query();
  await expect(query()).rejects.toMatchObject({ errors: [{ type: "RATE_LIMITED" }] });
  at = Number(headers["x-ratelimit-reset"]) * 1000;
  await octokit.request("GET /repos/acme/shop");
  expectClean(github);
});

test("a turned clock runs as many times as fast", async () => {
  const turned = turnedClock(1000);
  const [begin, wall] = [turned.now(), Date.now()];
  await new Promise((resolve) => setTimeout(resolve, 20));
  const passed = Date.now() - wall;
  expect(turned.now() - begin).toBeGreaterThanOrEqual(passed * 900);
});
