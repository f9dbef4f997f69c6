import type { Operation } from "./intent.ts";

/** The words of actions and wrappers for the four operations; the CLI has `pre`, `down` and `dn` besides. */
export const operationWords: ReadonlyMap<string, Operation> = new Map([
  ["up", "update"],
  ["update", "update"],
  ["preview", "preview"],
  ["refresh", "refresh"],
  ["destroy", "destroy"],
]);

/** https://www.pulumi.com/docs/iac/cli/commands/: aliases included. */
export const commandWords: ReadonlyMap<string, Operation> = new Map([
  ...operationWords,
  ["pre", "preview"],
  ["down", "destroy"],
  ["dn", "destroy"],
]);
