import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { SDK_VERSION } from "@gha2pulumi/deployments";
import { builtPulumi, builtYamlHost } from "./build.mjs";

/** The programs this tier runs. What is not installed beside the CLI is served by the tests themselves. */
export type Tools =
  | {
      readonly kind: "present";
      readonly pulumi: string;
      /** `pulumi-language-nodejs` as it comes with the CLI, if it does. */
      readonly languageHost: string | undefined;
      /** `pulumi-language-yaml`, which comes with the CLI, or the built one; for programs in Pulumi YAML. */
      readonly yamlHost: string | undefined;
      /** A Python that has what a program in Python installs: of `$PULUMI_PYTHON_VENV`, else the one on the PATH. */
      readonly python: string | undefined;
      /** `pulumi-resource-pulumiservice` 1.3.0, if somebody has installed it. */
      readonly provider: string | undefined;
    }
  | { readonly kind: "absent"; readonly because: string };

const PROVIDER = "pulumi-resource-pulumiservice";

/** Finds the Pulumi CLI on the PATH, or the one built by `node test/engine/build.mjs`. */
export function findTools(): Tools {
  const installed = onPath("pulumi");
  const pulumi = installed ?? [builtPulumi()].find((path) => existsSync(path));
  if (pulumi === undefined) {
    const because = "no `pulumi` is on the PATH and none is built: `node test/engine/build.mjs` builds one with Go";
    return { kind: "absent", because };
  }
  const beside = join(dirname(pulumi), "pulumi-language-nodejs");
  const plugin = join(homedir(), ".pulumi/plugins/resource-pulumiservice-v1.3.0", PROVIDER);
  return {
    kind: "present",
    pulumi,
    languageHost: existsSync(beside) ? beside : onPath("pulumi-language-nodejs"),
    yamlHost: onPath("pulumi-language-yaml") ?? [builtYamlHost()].find((path) => existsSync(path)),
    python: findPython(),
    provider: onPath(PROVIDER) ?? [plugin].find((path) => existsSync(path)),
  };
}

const ASKED = "import pulumi_pulumiservice, importlib.metadata as m; print(m.version('pulumi'))";

function findPython(): string | undefined {
  const own = process.env["PULUMI_PYTHON_VENV"];
  const python = own === undefined ? onPath("python3") : join(own, "bin/python");
  if (python === undefined || !existsSync(python)) return undefined;
  const { status, stdout } = spawnSync(python, ["-c", ASKED], { encoding: "utf8" });
  return status === 0 && stdout.trim() === SDK_VERSION ? python : undefined;
}

function onPath(name: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
