import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startLanguageHost } from "./language-host.ts";
import { startProvider } from "./provider.ts";
import { startSettingsCloud, type SettingsCloud } from "./settings-cloud.ts";
import type { Tools } from "./tools.ts";

const TOKEN = "a-token-of-this-test";
const PASSPHRASE = "a passphrase of this test";

/** What `npm install` gives a settings program, installed with the workspace's own lockfile. */
export const programModules = fileURLToPath(new URL("program/node_modules", import.meta.url));

/** How one call of the CLI ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One settings program in a folder of its own, its state in a `file://` backend, and a service on loopback. */
export interface Session {
  readonly cloud: SettingsCloud;
  /** The folder of everything the session has on disk; its state is in there too. */
  readonly root: string;
  readonly folder: string;
  pulumi(...args: readonly string[]): Promise<Ended>;
  /** The same with environment variables of one's own. */
  pulumiWith(own: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended>;
  close(): Promise<void>;
}

/** Writes a program to a temporary folder and starts what it needs; `stacks` exist in the service. */
export async function openSession(
  tools: Extract<Tools, { readonly kind: "present" }>,
  program: Iterable<readonly [string, string]>,
  stacks: readonly string[],
): Promise<Session> {
  const root = mkdtempSync(join(tmpdir(), "gha2pulumi-engine-"));
  const folder = join(root, "program");
  for (const [path, text] of program) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const isPython = existsSync(join(folder, "__main__.py"));
  symlinkSync(programModules, join(folder, "node_modules"));
  mkdirSync(join(root, "state"));
  const cloud = await startSettingsCloud(TOKEN, stacks);
  const provider = tools.provider === undefined ? await startProvider(TOKEN) : undefined;
  const attached = provider ? { PULUMI_DEBUG_PROVIDERS: `pulumiservice:${provider.port}` } : {};

  const pulumiWith: Session["pulumiWith"] = async (own, ...args) => {
    const python = isPython ? tools.python : undefined;
    const host = isPython || tools.languageHost === undefined ? await startLanguageHost(root, python) : undefined;
    try {
      return await run(tools.pulumi, [...args, "--non-interactive", "--cwd", folder], {
        ...environment(root, tools),
        ...attached,
        ...own,
        ...(host ? { PULUMI_DEBUG_LANGUAGES: `${isPython ? "python" : "nodejs"}:${host.port}` } : {}),
      });
    } finally {
      host?.close();
    }
  };
  const close = async (): Promise<void> => {
    provider?.close();
    await cloud.close();
    rmSync(root, { recursive: true, force: true });
  };
  return { cloud, root, folder, pulumi: (...args) => pulumiWith({}, ...args), pulumiWith, close };
}

/** Nothing of the machine but what the programs need to start; nothing that reaches beyond it. */
function environment(root: string, tools: Extract<Tools, { readonly kind: "present" }>): Record<string, string> {
  const folders = [tools.pulumi, tools.languageHost, tools.yamlHost, tools.provider, process.execPath];
  const nowhere = "http://127.0.0.1:9";
  return {
    PATH: [...folders.flatMap((path) => (path === undefined ? [] : [dirname(path)])), "/usr/bin", "/bin"].join(
      delimiter,
    ),
    HOME: root,
    PULUMI_HOME: join(root, "home"),
    PULUMI_BACKEND_URL: `file://${join(root, "state")}`,
    PULUMI_ACCESS_TOKEN: TOKEN,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NO_COLOR: "1",
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: "127.0.0.1,localhost",
  };
}

function run(program: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr: error && code === -1 ? `${stderr}${error.message}` : stderr });
    });
  });
}
