import type { Path } from "@gha2pulumi/repo";

/** One file to change: what is there now, what shall be there, and where it is put in the meantime. */
export interface Target {
  readonly path: Path;
  readonly place: string;
  readonly before: Uint8Array | undefined;
  readonly mode: number;
  readonly after: Uint8Array | undefined;
  readonly temporary: string;
}
