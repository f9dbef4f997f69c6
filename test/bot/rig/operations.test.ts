// GitHub's description judges each operation of REST.
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askEverything, clientsOf, jwt, startFullGitHub, type Clients } from "./every-operation.ts";
import type { GitHub } from "./github.ts";
import { routes } from "./server.ts";
import { expectClean, octokitOf } from "./support.ts";

let github: GitHub;
let clients: Clients;

beforeAll(async () => {
  github = await startFullGitHub();
  clients = await clientsOf(github);
});
afterAll(() => github.close());

test("each is answered as described", async () => {
  await askEverything(github, clients);
  // A pull request whose branch is gone is closed.
  expect(github.pulls("acme", "shop").map(({ open }) => open)).toEqual([true, false]);
  const asked = new Set(github.requests.map(({ method, template }) => `${method} ${template}`));
  expect(Object.keys(routes).filter((key) => !asked.has(key))).toEqual([]);
  expectClean(github);
});

test("an App is known by its key, and is nobody", async () => {
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  await expect(octokitOf(github, jwt(stranger)).request("GET /app")).rejects.toMatchObject({ status: 401 });
  await expect(clients.installed.request("GET /user")).rejects.toMatchObject({ status: 403 });
  await expect(octokitOf(github, "ghp_unknown").request("GET /user")).rejects.toMatchObject({ status: 401 });
});

test("lists come in pages, each with the way to the next", async () => {
  for (let i = 0; i < 5; i++) github.addRepository({ owner: "many", name: `r${i}`, empty: true });
  const { data, headers } = await clients.person.request("GET /orgs/{org}/repos", {
    org: "many",
    per_page: 2,
    page: 2,
  });
  expect(data.map(({ name }) => name)).toEqual(["r2", "r3"]);
  const next = /<([^>]*)>; rel="next"/.exec(headers.link ?? "")?.[1] ?? "";
  expect((await clients.person.request(`GET ${next}`)).data.map(({ name }: { name: string }) => name)).toEqual(["r4"]);
});
