import type { Grammars } from "@gha2pulumi/repo";
import type { Engine } from "../engine/engine.ts";
import type { Credentials } from "../github/credentials.ts";

/** What a campaign's work reaches the outside by. */
export interface Services {
  readonly credentials: Credentials;
  /** There only once its work is known, which needs these services. */
  readonly engine: () => Engine;
  /** The folder of a state that is one, in which others leave word; `undefined` for a database that all can reach. */
  readonly stateFolder: string | undefined;
  readonly grammars: () => Grammars;
  /** Of this program: part of what a plan depends on. */
  readonly version: string;
}
