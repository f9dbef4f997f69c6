import type { Json } from "@gha2pulumi/repo";
import { Fault } from "./fault.ts";
import { answerOf, apiAddress, type Answered } from "./http-json.ts";

/** GitHub's interface, as the token of the environment may read it. */
export interface GitHubReading {
  readonly get: (path: string) => Promise<Json>;
  /** The same; `undefined` for what is not there or may not be seen, which GitHub answers alike. */
  readonly look: (path: string) => Promise<Json | undefined>;
}

const usual = "https://api.github.com";

/**
 * GitHub at GITHUB_API_URL, else github.com, with the token in GH_TOKEN or GITHUB_TOKEN. Everything is only read; the
 * token needs `actions: read`, and of a public repository nothing; rules of branches take `administration: read` or less.
 */
export function gitHubReading(environment = process.env): GitHubReading {
  const token = environment["GH_TOKEN"] || environment["GITHUB_TOKEN"] || "";
  // What could not stand in a header would be shown by the error about it.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new Fault("GP751", "there is no token for GitHub", "set GH_TOKEN in the environment", 4);
  const url = apiAddress(environment["GITHUB_API_URL"] || usual);
  if (url === undefined)
    throw new Fault(
      "GP752",
      "GITHUB_API_URL is no address of GitHub's interface",
      "give an address such as https://api.github.com, without a name or a password in it",
    );
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    "user-agent": "gha2pulumi",
    "x-github-api-version": "2022-11-28",
  };
  const ask = (path: string): Promise<Answered> =>
    answerOf(`${url}${path}`, { method: "GET", headers, body: undefined });
  return {
    get: async (path) => jsonOf(await ask(path), path),
    look: async (path) => {
      const answer = await ask(path);
      const isHidden = answer.status === 404 || (answer.status === 403 && !isLimit(answer));
      return isHidden ? undefined : jsonOf(answer, path);
    },
  };
}

/** Which repository GitHub is asked about, as the remote of git or a person told: `owner/name`. */
export function repositoryIn(surroundings: ReadonlyMap<string, string>): string {
  const repository = surroundings.get("repository");
  if (repository !== undefined) return repository;
  throw new Fault(undefined, "no remote of git tells which repository this is", "give --answer repository=owner/name");
}

function isLimit({ status, wait, remaining }: Answered): boolean {
  return status === 429 || (status === 403 && (wait !== undefined || remaining === "0"));
}

function jsonOf(answer: Answered, path: string): Json {
  const { status, text, wait } = answer;
  // Nothing of an answer is told but its status, and nothing of the query.
  const seen = `GitHub ${status === 0 ? "did not answer" : `answered ${status}`} to GET ${path.replace(/\?.*/, "")}`;
  if (isLimit(answer)) {
    const when = wait === undefined ? "later" : `in ${wait} s`;
    throw new Fault("GP753", `${seen}: too many requests`, `run the same command again ${when}`, 5);
  }
  if (status === 401)
    throw new Fault("GP751", `${seen}: it does not know this token`, "set GH_TOKEN to a valid one", 4);
  if (status === 403 || status === 404)
    throw new Fault("GP751", `${seen}: it is not there, or this token may not see it`, "use one with actions: read", 4);
  const again = "run the same command again later";
  if (status !== 200) throw new Fault("GP754", seen, again, 5);
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Fault("GP754", `GitHub's answer to GET ${path.replace(/\?.*/, "")} is no JSON`, again, 5);
  }
}

/** An answer that GitHub does not give. */
export function strangeAnswer(path: string): Fault {
  return new Fault(
    "GP754",
    `the answer to GET ${path.replace(/\?.*/, "")} is not one of GitHub`,
    "see that GITHUB_API_URL is the address of GitHub's interface",
    5,
  );
}
