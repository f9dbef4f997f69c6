import { verify } from "@octokit/webhooks-methods";
import { readCommand } from "../pull/command.ts";

/**
 * What an event comes to for a campaign: that a repository is to be visited, if its pull request is open or whatever has
 * become of it; nothing; or that GitHub asks whether we are there.
 */
export type Meaning =
  | { readonly kind: "visit"; readonly repository: string; readonly onlyOpen: boolean }
  | { readonly kind: "nothing"; readonly because: string }
  | { readonly kind: "ping" };

/** The events whose deliveries are counted by their names; others are counted together. */
export const knownEvents = ["issue_comment", "ping", "pull_request", "push"] as const;

/** The fields that are read; https://docs.github.com/en/webhooks/webhook-events-and-payloads. */
interface Payload {
  readonly action?: unknown;
  readonly ref?: unknown;
  readonly deleted?: unknown;
  readonly repository?: { readonly full_name?: unknown; readonly default_branch?: unknown } | null;
  readonly comment?: { readonly body?: unknown } | null;
  readonly issue?: { readonly pull_request?: unknown } | null;
  readonly pull_request?: {
    readonly head?: { readonly ref?: unknown; readonly repo?: { readonly full_name?: unknown } | null } | null;
  } | null;
}

const pullActions: readonly unknown[] = ["closed", "reopened", "labeled", "unlabeled"];

/**
 * What an event asks for. Nothing of a payload is acted upon but the name of its repository: what has happened there is
 * read from GitHub, so that an old delivery that somebody sends again makes us look once more, and no more than that.
 */
export function meaningOf(event: string, payload: unknown, branch: string): Meaning {
  if (event === "ping") return { kind: "ping" };
  const { action, ref, deleted, repository, comment, issue, pull_request: pull } = objectOf(payload);
  const name = repository?.full_name;
  if (typeof name !== "string") return nothing("it is about no repository");
  switch (event) {
    case "issue_comment":
      if (action !== "created" || !isObject(issue?.pull_request))
        return nothing("it is no new comment of a pull request");
      if (typeof comment?.body !== "string" || readCommand(comment.body) === undefined)
        return nothing("the comment has no command");
      return { kind: "visit", repository: name, onlyOpen: false };
    case "pull_request":
      if (!pullActions.includes(action)) return nothing("nothing is done about that action");
      if (pull?.head?.ref !== branch || pull.head.repo?.full_name !== name)
        return nothing("the pull request is not from the campaign's branch");
      return { kind: "visit", repository: name, onlyOpen: false };
    case "push":
      if (ref !== `refs/heads/${String(repository?.default_branch)}` || deleted === true)
        return nothing("the default branch has not moved");
      return { kind: "visit", repository: name, onlyOpen: true };
    default:
      return nothing("nothing is done about that event");
  }
}

function nothing(because: string): Meaning {
  return { kind: "nothing", because };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function objectOf(payload: unknown): Payload {
  return isObject(payload) ? payload : {};
}

/** What GitHub's signature looks like; the older one, of SHA-1, is not taken. */
export function isSignature(text: unknown): text is string {
  return typeof text === "string" && /^sha256=[0-9a-f]{64}$/.test(text);
}

/** Whether a body is signed with the secret; compared in constant time. */
export async function isSigned(body: Buffer, signature: string, secret: string): Promise<boolean> {
  const text = body.toString("utf8");
  return text !== "" && (await verify(secret, text, signature));
}
