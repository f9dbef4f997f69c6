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

/** Whether a variable of this name, written out with this value, looks like a secret. */
export function isSecretByName(name: string, value: string): boolean {
  return looksSecret(value) || (names.test(name) && value.length >= 8 && !/^[\d.]+$|^https?:\/\//.test(value));
}
