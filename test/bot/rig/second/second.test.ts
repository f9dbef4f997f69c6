// A second opinion on the rig: another judge before it, and another GitHub beside it. Skipped where they are not
// installed: `node test/bot/rig/second/install.mjs`.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Octokit } from "@octokit/core";
import { afterAll, describe, expect, test } from "vitest";
import { description } from "../description.mjs";
import { askEverything, clientsOf, startFullGitHub } from "../every-operation.ts";
import { startGitHub } from "../github.ts";
import { cutTo } from "../judge.ts";
import { routes } from "../server.ts";
import { expectClean, octokitOf } from "../support.ts";
import { secondFolder } from "./install.mjs";

const folder = mkdtempSync(join(tmpdir(), "second-"));
const running: ChildProcess[] = [];
afterAll(() => {
  for (const one of running) one.kill();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a program of Node and waits until it says that it listens. */
function listening(...words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  running.push(child);
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (part: Buffer): void => {
      said += part.toString();
      if (said.includes("listening")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${words[0]} ended with ${code}: ${said}`)));
  });
}

type Data = Readonly<Record<string, unknown>>;

/** One answer: its status, and what of it matters. */
type Outcome = readonly [number, unknown?];

/** A pull request from nothing to closed, by REST; what comes of each step. */
async function pullRequest(octokit: Octokit): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const ask = async (
    route: string,
    parameters: Record<string, unknown> = {},
    fact: (data: Data) => unknown = () => undefined,
  ): Promise<Data> => {
    try {
      const { status, data } = await octokit.request(route, {
        ...(route.includes("{repo}") ? { owner: "acme", repo: "shop" } : {}),
        ...parameters,
      });
      outcomes.push([status, fact(data)]);
      return data;
    } catch (error) {
      outcomes.push([(error as { status: number }).status]);
      return {};
    }
  };
  const at = "/repos/{owner}/{repo}";
  await ask("GET /user", {}, ({ login }) => login);
  await ask(`GET ${at}`, {}, ({ full_name, default_branch, archived, fork }) => [
    full_name,
    default_branch,
    archived,
    fork,
  ]);
  await ask(`GET ${at}/topics`, {}, ({ names }) => names);
  await ask(`GET ${at}/git/ref/{ref}`, { ref: "heads/nothing" });
  const { object } = await ask(`GET ${at}/git/ref/{ref}`, { ref: "heads/main" }, ({ ref }) => ref);
  const { sha } = object as { sha: string };
  const entries = ({ tree }: Data): unknown =>
    (tree as readonly { path: string; mode: string; type: string; sha: string }[]).map((one) => [
      one.path,
      one.mode,
      one.type,
      one.sha,
    ]);
  await ask(`GET ${at}/git/trees/{tree_sha}`, { tree_sha: sha, recursive: "1" }, entries);
  const added = { path: "deploy/Pulumi.yaml", mode: "100644", type: "blob", content: "name: shop\n" };
  const removed = { path: "README.md", mode: "100644", type: "blob", sha: null };
  const base = await ask(`GET ${at}/git/commits/{commit_sha}`, { commit_sha: sha });
  const base_tree = (base["tree"] as { sha: string }).sha;
  const tree = await ask(`POST ${at}/git/trees`, { base_tree, tree: [added, removed] }, (made) => made["sha"]);
  const made = { message: "Move", tree: tree["sha"], parents: [sha] };
  const commit = await ask(`POST ${at}/git/commits`, made, ({ message, tree, parents }) => [
    message,
    (tree as { sha: string }).sha,
    (parents as readonly unknown[]).length,
  ]);
  const ref = { ref: "refs/heads/move", sha: commit["sha"] };
  await ask(`POST ${at}/git/refs`, ref, (one) => one["ref"]);
  await ask(`POST ${at}/git/refs`, ref);
  const wanted = { title: "Move", head: "move", base: "main", body: "Because." };
  const facts = (pull: Data): unknown => {
    const side = (name: string): unknown => (pull[name] as { ref: string; label: string } | undefined)?.label;
    return [pull["number"], pull["state"], pull["title"], pull["body"], pull["draft"], side("head"), side("base")];
  };
  await ask(`POST ${at}/pulls`, wanted, facts);
  await ask(`GET ${at}/pulls`, { head: "acme:move", state: "all" }, (list) =>
    (list as unknown as readonly Data[]).map(facts),
  );
  await ask(`POST ${at}/issues/{issue_number}/comments`, { issue_number: 1, body: "Hello" }, ({ body }) => body);
  await ask(`PATCH ${at}/pulls/{pull_number}`, { pull_number: 1, state: "closed" }, facts);
  await ask(`DELETE ${at}/git/refs/{ref}`, { ref: "heads/move" });
  await ask(`GET ${at}/git/ref/{ref}`, { ref: "heads/move" });
  return outcomes;
}

const installed = existsSync(secondFolder());

describe.skipIf(!installed)("a second opinion", () => {
  test.skipIf(!existsSync(description()))("Prism finds no fault with any operation of the rig", async () => {
    const github = await startFullGitHub();
    const file = join(folder, "description.json");
    writeFileSync(file, JSON.stringify(cutTo(Object.keys(routes))));
    const port = await freePort();
    const prism = join(secondFolder(), "node_modules/@stoplight/prism-cli/dist/index.js");
    await listening(prism, "proxy", file, github.url, "--errors", "-h", "127.0.0.1", "-p", String(port));
    // It answers 500 in place of an answer that is not as described, and 422 to such a question.
    const clients = await clientsOf(github, `http://127.0.0.1:${port}`);
    await askEverything(github, clients);
    const bad = clients.person.request("POST /repos/acme/shop/pulls", { title: "No base", head: "feature/one" });
    const before = github.requests.length;
    await expect(bad).rejects.toMatchObject({ status: 422 });
    expect(github.requests).toHaveLength(before);
    expectClean(github);
    await github.close();
  });

  test("another GitHub takes a pull request the same way", async () => {
    const github = await startGitHub();
    github.addRepository({
      owner: "acme",
      name: "shop",
      files: new Map([["README.md", "# shop\n"]]),
      topics: ["infra"],
    });
    const port = await freePort();
    const script = fileURLToPath(new URL("emulate.mjs", import.meta.url));
    await listening(script, secondFolder(), String(port), github.token);
    const theirs = await pullRequest(octokitOf({ ...github, url: `http://127.0.0.1:${port}` }));
    const ours = await pullRequest(octokitOf(github));
    expect(ours).toEqual(theirs);
    expectClean(github);
    await github.close();
  });
});
