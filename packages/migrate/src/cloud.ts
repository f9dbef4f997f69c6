import type { Bound } from "@gha2pulumi/repo";
import type { Oidc, Setting } from "@gha2pulumi/deployments";
import type { Identity } from "./intent.ts";
import type { Recogniser } from "./scope.ts";

/** How values get into the settings program while an identity is translated. */
export interface Naming {
  /** `prod`'s own name for something only its owner knows: `role-arn` becomes `network-prod-aws-role-arn`. */
  readonly required: (what: string, from: Identity["from"], note: string) => Setting;
  readonly setting: (bound: Bound, note: string) => Setting;
}

/** The detail of a login by a key, in whose place settings have a role: the key, as it is written. */
export const keyDetail = "key";

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
