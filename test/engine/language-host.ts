import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { empty, language, languageService, method, plugin, serve, type Plugin } from "./grpc.ts";

type RunRequest = InstanceType<typeof language.RunRequest>;
type ProgramRequest = InstanceType<typeof language.GetRequiredPackagesRequest>;
type Handshake = InstanceType<typeof language.LanguageHandshakeRequest>;

/** The SDK has told the engine what went wrong: `nodeJSProcessExitedAfterLoggingUserActionableMessage`. */
const LOGGED = 32;

/**
 * A language host for Node programs: it starts the SDK's own runner, `@pulumi/pulumi/cmd/run`, as
 * `pulumi-language-nodejs` does. It stands in for that one, whose Go module has no versions of its own to build from.
 * With a Python it does the same for a program in Python, by `run-python.py`. One host serves one call of the CLI, because the engine's address is told once, by the handshake. What the runner
 * compiles is kept in `scratch`.
 */
export async function startLanguageHost(scratch: string, python?: string): Promise<Plugin> {
  let engine = "";
  return serve(languageService.LanguageRuntimeService, {
    handshake: method((request: Handshake) => {
      engine = request.getEngineAddress();
      return new language.LanguageHandshakeResponse();
    }),
    getPluginInfo: method(() => new plugin.PluginInfo()),
    getRequiredPackages: method((request: ProgramRequest) =>
      python === undefined
        ? required(request.getInfo()?.getProgramDirectory() ?? "")
        : new language.GetRequiredPackagesResponse(),
    ),
    run: method((request: RunRequest) => run(request, engine, scratch, python)),
    cancel: method(() => new empty.Empty()),
  });
}

/** The plug-ins a program needs: the packages in its `node_modules` that say they have one. */
function required(folder: string): InstanceType<typeof language.GetRequiredPackagesResponse> {
  const modules = join(folder, "node_modules");
  const packages = readdirSync(modules).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(modules, name)).map((inner) => join(name, inner)) : [name],
  );
  const found = packages.flatMap((name) => {
    const manifest = join(modules, name, "package.json");
    if (!existsSync(manifest)) return [];
    const { pulumi, version } = JSON.parse(readFileSync(manifest, "utf8")) as {
      readonly version: string;
      readonly pulumi?: { readonly resource?: boolean; readonly name?: string };
    };
    if (pulumi?.resource !== true) return [];
    const one = new plugin.PackageDependency();
    one.setKind("resource");
    one.setName(pulumi.name ?? name.replace(/^@pulumi\//, ""));
    one.setVersion(`v${version}`);
    return [one];
  });
  const response = new language.GetRequiredPackagesResponse();
  response.setPackagesList(found);
  return response;
}

async function run(
  request: RunRequest,
  engine: string,
  scratch: string,
  python: string | undefined,
): Promise<InstanceType<typeof language.RunResponse>> {
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    "root-directory": info?.getRootDirectory() ?? "",
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const { code, output } = await child(
    python ?? process.execPath,
    [
      python === undefined ? join(folder, "node_modules/@pulumi/pulumi/cmd/run") : pythonRunner,
      ...Object.entries(flags).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      python === undefined ? (info?.getEntryPoint() ?? ".") : join(folder, "__main__.py"),
    ],
    {
      TMPDIR: scratch,
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  );
  const response = new language.RunResponse();
  if (code === LOGGED) response.setBail(true);
  else if (code !== 0) response.setError(`the program ended with exit code ${code}: ${output}`);
  return response;
}

const pythonRunner = fileURLToPath(new URL("run-python.py", import.meta.url));

function child(
  program: string,
  args: readonly string[],
  own: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    // What the test runner sets for itself is no part of a program's surroundings.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_)/.test(name)));
    const started = spawn(program, args, { env: { ...env, ...own }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    started.stdout.on("data", (part: Buffer) => (output += part.toString()));
    started.stderr.on("data", (part: Buffer) => (output += part.toString()));
    started.on("error", reject);
    started.on("close", (code) => resolve({ code: code ?? -1, output }));
  });
}
