import { readFileSync } from "node:fs";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/core";
import type { Clock, Store } from "../engine/engine.ts";
import { askedAgain } from "./asked-again.ts";
import { gitHubOf, type Asked, type GitHub } from "./github.ts";
import { GitHubError } from "./github-error.ts";

/** What the bot logs in with, as the environment gives it. Tokens and keys are never kept, shown or handed to a program's arguments. */
export interface Credentials {
  /** GitHub as seen by whoever may read the repositories of an owner. */
  readonly of: (owner: string) => Promise<GitHub>;
  /** The token for git, fresh enough for one repository's work. */
  readonly tokenOf: (owner: string) => Promise<string>;
  /** The login that what the bot writes for an owner is of. */
  readonly loginOf: (owner: string) => Promise<string>;
  readonly asked: Asked;
  /** Where git finds `owner/name.git`. */
  readonly gitUrl: string;
}

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly store: Store;
  readonly clock: Clock;
  readonly userAgent: string;
}

/**
 * Credentials of `GITHUB_APP_ID` with `GITHUB_APP_PRIVATE_KEY` (or `…_FILE`), or else of `GH_TOKEN` or `GITHUB_TOKEN`;
 * the server is `GITHUB_API_URL`, or github.com. Throws a denial when there are none.
 */
export function credentialsOf(surroundings: Surroundings): Credentials {
  const { environment } = surroundings;
  const url = environment["GITHUB_API_URL"] ?? "https://api.github.com";
  const appId = environment["GITHUB_APP_ID"];
  const key = environment["GITHUB_APP_PRIVATE_KEY"] ?? keyFile(environment["GITHUB_APP_PRIVATE_KEY_FILE"]);
  if (appId !== undefined && key !== undefined) return appCredentials(surroundings, url, appId, key);
  const token = environment["GH_TOKEN"] ?? environment["GITHUB_TOKEN"];
  if (token !== undefined && token !== "") return tokenCredentials(surroundings, url, token);
  throw new GitHubError(
    "denied",
    "there is nothing to log in to GitHub with: set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE, or GH_TOKEN",
  );
}

function keyFile(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileSync(path, "utf8");
}

function tokenCredentials(
  { environment, store, clock, userAgent }: Surroundings,
  baseUrl: string,
  token: string,
): Credentials {
  const asked: Asked = { reads: 0, unchanged: 0, writes: 0, limited: 0 };
  const octokit = new Octokit({ baseUrl, userAgent, auth: token, log: silent });
  const gitHub = gitHubOf({ octokit, credential: "token", store, clock, asked });
  const loginOf = async (): Promise<string> => (await gitHub.get("GET /user", {})).login;
  return { of: async () => gitHub, tokenOf: async () => token, loginOf, asked, gitUrl: gitUrlOf(environment, baseUrl) };
}

function appCredentials(
  { environment, store, clock, userAgent }: Surroundings,
  baseUrl: string,
  appId: string,
  privateKey: string,
): Credentials {
  const asked: Asked = { reads: 0, unchanged: 0, writes: 0, limited: 0 };
  const base = { baseUrl, userAgent, log: silent, authStrategy: createAppAuth };
  const app = new Octokit({ ...base, auth: { appId, privateKey } });
  const known = new Map<string, Promise<{ readonly gitHub: GitHub; readonly octokit: Octokit }>>();
  const asApp = gitHubOf({ octokit: app, credential: `app-${appId}`, store, clock, asked });
  const installed = async (owner: string): Promise<{ readonly gitHub: GitHub; readonly octokit: Octokit }> => {
    const all = (await askedAgain(clock, () => asApp.pages("GET /app/installations", {}))).flat();
    const same = (login: string | undefined): boolean => login?.toLowerCase() === owner.toLowerCase();
    const found = all.find(({ account }) => same(account !== null && "login" in account ? account.login : undefined));
    if (found === undefined) throw new GitHubError("denied", `the app ${appId} is not installed for ${owner}`);
    const { id } = found;
    const octokit = new Octokit({ ...base, auth: { appId, privateKey, installationId: id } });
    const credential = `app-${appId}-${id}`;
    return { gitHub: gitHubOf({ octokit, credential, store, clock, asked }), octokit };
  };
  const of = (owner: string): ReturnType<typeof installed> => {
    const found = known.get(owner) ?? installed(owner);
    known.set(owner, found);
    // A failure is asked about again the next time.
    found.catch(() => known.delete(owner));
    return found;
  };
  return {
    of: async (owner) => (await of(owner)).gitHub,
    tokenOf: async (owner) => {
      const { octokit } = await of(owner);
      const { token } = (await octokit.auth({ type: "installation" })) as { readonly token: string };
      return token;
    },
    loginOf: async () => `${(await asApp.get("GET /app", {}))?.slug ?? ""}[bot]`,
    asked,
    gitUrl: gitUrlOf(environment, baseUrl),
  };
}

/** GitHub Enterprise Server has its interface below `/api/v3` of the host that git uses, github.com on a host of its own. */
function gitUrlOf(environment: Surroundings["environment"], apiUrl: string): string {
  const { protocol, host } = new URL(apiUrl);
  return environment["GITHUB_SERVER_URL"] ?? `${protocol}//${host.replace(/^api\./, "")}`;
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
