import { literal, type Bound } from "@gha2pulumi/repo";

/** A registry that `actions/setup-node` writes into an `.npmrc` of the runner. */
export interface NpmRegistry {
  readonly scope: string;
  readonly url: string;
}

export function isPrivate(url: string): boolean {
  return url !== "" && !/^https:\/\/registry\.npmjs\.org\/?$/.test(url);
}

/**
 * The registry as far as it is written out: without `scope`, packages of GitHub's registry take the owner's name.
 * https://github.com/actions/setup-node/blob/main/docs/advanced-usage.md#publish-to-npmjs-and-gpr-with-npm
 */
export function npmRegistry(inputs: ReadonlyMap<string, Bound>): NpmRegistry | undefined {
  const url = literal(inputs.get("registry-url")?.text ?? []) ?? "";
  const scope = literal(inputs.get("scope")?.text ?? []) ?? "";
  const isPlain = /^https:\/\/[\w.-]+(\/[\w./-]*)?$/.test(url) && /^@?[\w.-]+$/.test(scope);
  return isPrivate(url) && isPlain
    ? { scope: `@${scope.replace(/^@/, "").toLowerCase()}`, url: url.replace(/\/?$/, "/") }
    : undefined;
}

/** The same for the user's own `.npmrc`; npm puts the token in when it reads the file. */
export function npmCommand({ scope, url }: NpmRegistry): string {
  const place = url.replace(/^https:/, "");
  return `npm config set ${scope}:registry ${url} && npm config set '${place}:_authToken' '\${NODE_AUTH_TOKEN}'`;
}
