import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
  type Stats,
} from "node:fs";

/** The calls that writing makes. Tests put one in its place that fails half-way. */
export interface Disk {
  readonly lstat: (place: string) => Stats | undefined;
  readonly read: (place: string) => Uint8Array;
  /** Writes a new file; fails when there is one. */
  readonly write: (place: string, bytes: Uint8Array, mode: number) => void;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (place: string) => void;
  /** Makes a folder with those above it; gives the first one it made. */
  readonly makeFolder: (place: string) => string | undefined;
  readonly removeFolder: (place: string) => void;
}

export const nodeDisk: Disk = {
  lstat: (place) => lstatSync(place, { throwIfNoEntry: false }),
  read: (place) => readFileSync(place),
  write: (place, bytes, mode) => {
    writeFileSync(place, bytes, { flag: "wx", mode });
    // The mode above is cut by the umask, which a file that is replaced has had its turn with.
    chmodSync(place, mode);
  },
  rename: renameSync,
  remove: unlinkSync,
  makeFolder: (place) => mkdirSync(place, { recursive: true }),
  removeFolder: rmdirSync,
};
