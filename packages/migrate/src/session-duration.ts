import { settingText, type Oidc, type Setting } from "@gha2pulumi/deployments";
import type { Occurrence } from "./intent.ts";
import { runtimeOf } from "./runtime.ts";

/** What a login takes that names none: https://github.com/aws-actions/configure-aws-credentials#inputs */
const usual = 3600;

/**
 * The logins of a stack's settings, with the longest session that one of its operations has: settings say it once, and
 * one that is too short ends an operation halfway. What is not told in seconds may be the longest.
 */
export function withLongestSession(logins: readonly Oidc[], occurrences: readonly Occurrence[]): readonly Oidc[] {
  if (!logins.some(({ kind }) => kind === "aws")) return logins;
  const all = occurrences.flatMap((one) => runtimeOf(one).oidc.flatMap((oidc) => (oidc.kind === "aws" ? [oidc] : [])));
  const sessions = all.map(({ duration }) => ({ duration, seconds: secondsOf(duration) }));
  const longest = sessions.reduce((one, other) => (other.seconds > one.seconds ? other : one), sessions[0] ?? none);
  return logins.map((oidc) => (oidc.kind === "aws" ? { ...oidc, duration: longest.duration } : oidc));
}

const none = { duration: undefined, seconds: usual };

function secondsOf(duration: Setting | undefined): number {
  if (duration === undefined) return usual;
  const [, seconds] = /^(\d+)s$/.exec(settingText(duration) ?? "") ?? [];
  return seconds === undefined ? Infinity : Number(seconds);
}
