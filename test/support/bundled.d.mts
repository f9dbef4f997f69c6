/** Builds programs of the tests that Node runs by itself: output names with their sources, and the folder they go to. */
export function bundled(
  entryPoints: Readonly<Record<string, string>>,
  outdir: string,
  external?: readonly string[],
): Promise<void>;
