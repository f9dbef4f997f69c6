import { remembered } from "@gha2pulumi/repo";

/**
 * Texts that look like a secret: keys of AWS, tokens of GitHub, Pulumi and Slack, private keys, passwords in addresses.
 * https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
 */
const tokens =
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bpul-[0-9a-f]{20,}|\bxox[abprs]-[\w-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^\s:/@"'`$<]+:[^\s@/"'`$<]{3,}@/;

const names = /(SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY(_ID)?)$/i;

/** Whether a text holds something that looks like a secret. */
export const looksSecret: (text: string) => boolean = remembered(2000, (text) => tokens.test(text));

/** The name of a secret in a store, in place of its value. https://developer.1password.com/docs/cli/secret-references */
export function isReference(text: string): boolean {
  return text.trim().startsWith("op://");
}

/** Whether a variable of this name, written out with this value, looks like a secret; numbers, addresses and URNs are none. */
export function isSecretByName(name: string, value: string): boolean {
  return (
    looksSecret(value) ||
    (names.test(name) &&
      value.length >= 8 &&
      !isReference(value) &&
      !/^[\d.]+$|^https?:\/\/|^urn:[a-z][a-z0-9-]*:/.test(value))
  );
}

/** A text as it may be shown: whatever looks like a secret is `***`; of a text with a private key nothing is left. */
export function withoutSecrets(text: string): string {
  if (!looksSecret(text)) return text;
  return /PRIVATE KEY/.test(text) ? "***" : text.replace(new RegExp(tokens.source, "g"), "***");
}

/** A line of a file as it may be shown: what is given to a name such as `DATABASE_PASSWORD` is no more shown than a token. */
export function lineWithoutSecrets(line: string): string {
  const given = /^(.*?\b([A-Za-z_]\w*)["']?\s*[:=]\s*)(\S.*)$/.exec(line);
  const [, before = "", name = "", value = ""] = given ?? [];
  const bare = value.replace(/^(["'])(.*)\1$/, "$2");
  return given && !bare.includes("${{") && isSecretByName(name, bare) ? `${before}***` : withoutSecrets(line);
}

/** Data as it may be shown, every text in it. */
export function shownWithoutSecrets<T>(value: T): T {
  if (typeof value === "string") return withoutSecrets(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => shownWithoutSecrets(item)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shownWithoutSecrets<unknown>(one)])) as T;
}
