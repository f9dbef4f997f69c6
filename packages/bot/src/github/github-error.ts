import { withoutSecrets } from "@gha2pulumi/migrate";

/**
 * Why GitHub did not do what was asked. `limited`: too fast, ask again after `wait` milliseconds. `denied`: the token is
 * no good or may not. `missing`: there is no such thing, or it is hidden. `conflict`: it is not as the request assumed.
 * `unreachable`: the network or the server failed, and the request may or may not have taken place.
 */
export type GitHubTrouble = "limited" | "denied" | "missing" | "conflict" | "unreachable";

/** Longer than what GitHub says of a request, with the addresses of its documentation. */
const mostWords = 1000;

export class GitHubError extends Error {
  override readonly name = "GitHubError";

  constructor(
    readonly trouble: GitHubTrouble,
    message: string,
    /** Milliseconds; only of `limited`. */
    readonly wait = 0,
  ) {
    // It is kept in the state and shown in reports; a server may repeat what it was sent.
    super(withoutSecrets(message).slice(0, mostWords));
  }
}

/** Whether an error is this trouble with GitHub. */
export function isTrouble(error: unknown, trouble: GitHubTrouble): error is GitHubError {
  return error instanceof GitHubError && error.trouble === trouble;
}

/** What an answer that is no success says, as far as it decides anything. */
export interface Refusal {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly message: string;
}

// Where GitHub names no time, it asks for at least a minute:
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
const shortestWait = 60_000;

/**
 * A denial where a refusal says that workflows may not be written; it comes by REST, by GraphQL and from git, which
 * otherwise says no more than "rejected".
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps#available-scopes
 */
export function workflowsDenied(said: string): GitHubError | undefined {
  if (!/refusing to allow .* to create or update workflow/is.test(said)) return undefined;
  const wanted = "a personal token needs the scope `workflow`, an App the permission Workflows (read and write)";
  return new GitHubError("denied", `the bot may not write below .github/workflows: ${wanted}`);
}

/** What an answer means. `now` is in milliseconds, as the limit's reset is told in seconds of the same clock. */
export function errorOf({ status, headers, message }: Refusal, asked: string, now: number): GitHubError {
  const said = `${asked}: ${status === 0 ? "no answer" : status}${message === "" ? "" : `, ${message}`}`;
  const wait = waitOf({ status, headers, message }, now);
  if (wait !== undefined) return new GitHubError("limited", said, wait);
  const denied = workflowsDenied(message);
  if (denied !== undefined) return denied;
  if (status === 401 || status === 403) return new GitHubError("denied", said);
  // 451 is a repository that was taken down.
  if (status === 404 || status === 410 || status === 451) return new GitHubError("missing", said);
  if (status === 409 || status === 422) return new GitHubError("conflict", said);
  return new GitHubError("unreachable", said);
}

function waitOf({ status, headers, message }: Refusal, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = Number(headers["retry-after"]);
  if (after > 0) return after * 1000;
  if (String(headers["x-ratelimit-remaining"]) === "0") {
    return Math.max(Number(headers["x-ratelimit-reset"] ?? 0) * 1000 - now, 1000);
  }
  return status === 429 || /secondary rate limit|abuse detection/i.test(message) ? shortestWait : undefined;
}
