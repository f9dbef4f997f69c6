import { literal, type Bound } from "@gha2pulumi/repo";
import type { Oidc, Setting } from "@gha2pulumi/deployments";
import type { Identity } from "./intent.ts";
import type { Recogniser } from "./scope.ts";

/** How values get into the settings program while an identity is translated. */
export interface Naming {
  /** `prod`'s own name for something only its owner knows: `role-arn` becomes `network-prod-aws-role-arn`. */
  readonly required: (what: string, from: Identity["from"], note: string) => Setting;
  /** The same for what takes the place of a key: another key is another hole, whichever name is the `usual` one. */
  readonly ofKey: (what: string, identity: Identity, usual: string, note: string) => Setting;
  readonly setting: (bound: Bound, note: string) => Setting;
}

/**
 * The detail of a login that says which key it is: the secret, or the variable, that holds it. A key that is written
 * out has none.
 */
export const keyDetail = "key";

/** `aws`, `gcp`, `azure`: a provider logs in once, whichever way. */
export function cloudOf({ kind }: Pick<Identity, "kind">): string {
  return kind.split("-")[0] ?? "";
}

/** Whether a login is by a key that is kept somewhere, in whose place settings have a role. */
export function isByKey({ kind }: Identity): boolean {
  return kind === "aws-static" || kind === "gcp-key" || kind === "azure-secret";
}

/** The key of a login out of what it is given: the first that is not written out. */
export function keyOf(...given: readonly (Bound | undefined)[]): readonly (readonly [typeof keyDetail, Bound])[] {
  const found = given.find((one) => one !== undefined && literal(one.text) === undefined);
  return found === undefined ? [] : [[keyDetail, found]];
}

/** The keys of logins, by the expressions that they are read from: `secrets.DEPLOY_KEY`. */
export function keysIn(identities: readonly Identity[]): readonly string[] {
  return identities.flatMap(({ details }) =>
    (details.get(keyDetail)?.text ?? []).flatMap((piece) => (typeof piece === "string" ? [] : [piece.expression])),
  );
}

/** All there is to know about one cloud: its login steps, its credentials in the environment, its OIDC settings. */
export interface Cloud extends Recogniser {
  /** A login that only the operation's own environment shows: `AWS_ACCESS_KEY_ID: ${{ secrets.KEY }}`. */
  readonly inEnvironment: (environment: ReadonlyMap<string, Bound>) => Identity | undefined;
  /** The OIDC settings that take the place of an identity of this cloud; `undefined` when it stays in the environment. */
  readonly oidc: (identity: Identity, naming: Naming) => Oidc | undefined;
  /** Values that its login leaves in the environment, and that only the owner can tell. */
  readonly left?: (
    identity: Identity,
    environment: ReadonlyMap<string, Bound>,
    naming: Naming,
  ) => ReadonlyMap<string, Setting>;
  /** Why an identity of this cloud cannot be moved as it is, when it cannot. */
  readonly obstacle: (identity: Identity) => string | undefined;
}
