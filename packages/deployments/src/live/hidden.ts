import { isJsonFields, type Json, type JsonFields } from "@gha2pulumi/repo";

/** The way to a value inside settings as the service gives them: `operationContext`, `environmentVariables`, `PASSWORD`. */
export type RestPath = readonly string[];

/** A secret of some settings: where it stands, and what the service shows in its place; `undefined` for nothing to tell it by. */
export interface Hidden {
  readonly path: RestPath;
  readonly ciphertext: string | undefined;
}

/** Settings in two parts: what may be read and written down, and which secrets they hold. */
export interface Parted {
  readonly open: Json;
  readonly hidden: readonly Hidden[];
}

/** Whether a plain value has to be treated as a secret; only its name and text are known. */
export type LooksHidden = (name: string, text: string) => boolean;

/**
 * Parts settings, or the request of a schedule, as the REST API gives them. A secret is an object of `secret`,
 * `ciphertext` and `plaintext`; of it only the ciphertext is looked at, which no client can decrypt. Whatever stands
 * under `gitAuth`, and the password of an image, is one too, however it is given.
 * https://www.pulumi.com/docs/reference/cloud-rest-api/deployments/
 */
export function parted(settings: Json, looksHidden: LooksHidden, at: RestPath = []): Parted {
  if (isHidden(settings, at)) return { open: {}, hidden: [{ path: at, ciphertext: ciphertextOf(settings) }] };
  if (typeof settings === "string" && looksHidden(at.at(-1) ?? "", settings))
    return { open: {}, hidden: [{ path: at, ciphertext: undefined }] };
  if (Array.isArray(settings)) {
    // A list is sent whole, so one item that may not be kept hides all of it.
    const isOpen = settings.every((one: Json) => parted(one, looksHidden, at).hidden.length === 0);
    return isOpen ? { open: settings, hidden: [] } : { open: {}, hidden: [{ path: at, ciphertext: undefined }] };
  }
  if (!isJsonFields(settings)) return { open: settings, hidden: [] };
  const parts = Object.entries(settings).map(
    ([name, value]) => [name, parted(value, looksHidden, [...at, name])] as const,
  );
  const left = parts.filter(([, { hidden }]) => !hidden.some(({ path }) => path.length === at.length + 1));
  return {
    open: Object.fromEntries(left.map(([name, { open }]) => [name, open])),
    hidden: parts.flatMap(([, { hidden }]) => hidden),
  };
}

function isHidden(value: Json, at: RestPath): boolean {
  const parent = at.at(-2);
  // What an environment variable, or anything else, is called decides nothing.
  if (at.at(-1) === "environmentVariables" && parent === "operationContext") return false;
  if (isSecretValue(value)) return true;
  const isLogin = at.includes("gitAuth") || (parent === "credentials" && at.at(-1) === "password");
  return isLogin && !isJsonFields(value);
}

function isSecretValue(value: Json): value is JsonFields {
  if (!isJsonFields(value)) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => ["secret", "ciphertext", "plaintext"].includes(name));
}

function ciphertextOf(value: Json): string | undefined {
  const text = isJsonFields(value) ? value["ciphertext"] : undefined;
  return text === undefined || text === null ? undefined : JSON.stringify(text);
}
