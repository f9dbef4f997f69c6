import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { ask } from "./databases.ts";

/** A server that makes a database for each test; `stop` throws all of it away. */
export interface PostgresServer {
  readonly database: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Why there can be no server here; undefined if there can. */
export function noPostgres(): string | undefined {
  if (process.env["DATABASE_URL"] !== undefined || programs() !== undefined) return undefined;
  return "there is neither a DATABASE_URL nor an installed PostgreSQL";
}

/** The folder with `initdb` and `postgres`: on the PATH, or where Debian puts it, the newest first. */
function programs(): string | undefined {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "postgres"));
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...onPath.filter((path) => existsSync(path)).map((path) => dirname(realpathSync(path))),
    ...versions.map((version) => join(debian, version, "bin")),
  ];
  return folders.find((folder) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name))));
}

/** The server of `DATABASE_URL`, or one of our own on the loopback interface with its data in a temporary folder. */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env["DATABASE_URL"];
  const own = given === undefined ? await ownServer() : undefined;
  const url = given ?? own?.url ?? "";
  const made: string[] = [];
  return {
    database: async () => {
      const name = `engine_${process.pid}_${made.length}`;
      await ask(url, `CREATE DATABASE ${name}`);
      made.push(name);
      const its = new URL(url);
      its.pathname = `/${name}`;
      return its.href;
    },
    stop: async () => {
      if (own === undefined) for (const name of made) await ask(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await own?.stop();
    },
  };
}

async function ownServer(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const bin = programs() ?? "";
  const folder = mkdtempSync(join(tmpdir(), "gha2pulumi-postgres-"));
  const data = join(folder, "data");
  const user = plainUser();
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const env = { PATH: process.env["PATH"], LC_ALL: "C" };
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "tests", "--auth=trust", "--no-sync", "-N", "--encoding=UTF8", "--locale=C"],
    { env, stdio: ["ignore", "ignore", "pipe"], cwd: folder, ...user },
  );
  const port = await freePort();
  const settings = [
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "max_connections=200",
    `unix_socket_directories=${folder}`,
  ];
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, "-p", String(port), ...settings.flatMap((one) => ["-c", one])],
    {
      env,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      ...user,
    },
  );
  await ready(server);
  return {
    url: `postgres://tests@127.0.0.1:${port}/postgres`,
    stop: async () => {
      // https://www.postgresql.org/docs/15/server-shutdown.html: at once, as nothing of it is needed any more.
      const ended = once(server, "exit");
      if (server.kill("SIGQUIT")) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function plainUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    try {
      const [uid, gid] = ["-u", "-g"].map((what) => Number(execFileSync("id", [what, name], { stdio: "pipe" })));
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // There is no such user: the next one.
    }
  }
  return {};
}

function ready(server: ChildProcess): Promise<void> {
  let log = "";
  return new Promise((resolve, reject) => {
    server.once("exit", () => reject(new Error(`PostgreSQL did not start:\n${log}`)));
    server.stderr?.on("data", (part) => {
      log += String(part);
      if (log.includes("database system is ready to accept connections")) resolve();
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
