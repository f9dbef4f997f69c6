import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A package as `npm pack` makes it. */
export interface PackedPackage {
  readonly name: string;
  readonly version: string;
  readonly tarball: Buffer;
}

/** Packs the package of a folder, as it is published; its own scripts do not run. */
export function packed(folder: string, into: string): PackedPackage {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", into];
  const told = JSON.parse(execFileSync("npm", args, { cwd: folder, encoding: "utf8" })) as object;
  const [one] = Object.values(told) as { name: string; version: string; filename: string }[];
  if (one === undefined) throw new Error(`npm packed nothing in ${folder}`);
  return { name: one.name, version: one.version, tarball: readFileSync(join(into, one.filename)) };
}

/** A registry of npm packages on this machine that has these and no others. The caller closes it. */
export async function loopbackRegistry(
  packages: readonly PackedPackage[],
): Promise<{ readonly address: string; readonly server: Server }> {
  const server = createServer(({ url = "" }, response) => {
    const found = packages.find(({ name }) => [`/${name}`, `/${name}.tgz`].includes(decodeURIComponent(url)));
    if (found === undefined) return response.writeHead(404).end("{}");
    return response.end(url.endsWith(".tgz") ? found.tarball : JSON.stringify(packument(found, address())));
  });
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: address(), server };
}

/** https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
function packument({ name, version, tarball }: PackedPackage, address: string): object {
  const bin = JSON.parse(
    execFileSync("tar", ["-xzO", "package/package.json"], { input: tarball, encoding: "utf8" }),
  ) as {
    readonly bin?: object;
  };
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const one = { name, version, bin: bin.bin, dist: { tarball: `${address}${name}.tgz`, integrity } };
  return { name, "dist-tags": { latest: version }, versions: { [version]: one } };
}
