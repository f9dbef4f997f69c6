import { literal, type Text } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import type { Identity } from "../intent.ts";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { prefix, prefixCall, type Prefix, type PrefixCall } from "./prefix-words.ts";

type Given = "1password" | "esc" | "fetched";

const openFlags = ["-l", "--lifetime", "--env", "--draft"];

/** Programs that run a command with secrets of theirs in its environment, and whose secrets those are. */
const prefixes: readonly (readonly [Prefix, Given])[] = [
  // https://developer.1password.com/docs/cli/reference/commands/run
  [prefix("op run", { operands: "dashes", values: ["--account", "--env-file", "--environment"] }), "1password"],
  // https://www.pulumi.com/docs/esc/cli/commands/esc_run/
  [prefix("esc run", { operands: 1, values: openFlags }), "esc"],
  [prefix("esc env run", { operands: 1, values: openFlags }), "esc"],
  // https://www.pulumi.com/docs/iac/cli/commands/pulumi_env_run/
  [prefix("pulumi env run", { operands: 1, values: openFlags }), "esc"],
  // https://docs.doppler.com/docs/cli
  [
    prefix("doppler run", {
      operands: "dashes",
      scripts: ["--command"],
      values: ["-p", "--project", "-c", "--config", "-t", "--token", "--mount", "--mount-format", "--scope"],
    }),
    "fetched",
  ],
  // https://infisical.com/docs/cli/commands/run
  [
    prefix("infisical run", {
      operands: "dashes",
      scripts: ["--command", "-c"],
      values: ["-e", "--env", "--projectId", "--path", "--tags", "-t", "--token", "--domain"],
    }),
    "fetched",
  ],
  // https://github.com/99designs/aws-vault/blob/master/USAGE.md
  [prefix("aws-vault exec", { operands: 1, values: ["-d", "--duration", "--region", "-t", "--mfa-token"] }), "fetched"],
  [prefix("chamber exec", { operands: "dashes" }), "fetched"],
  [prefix("teller run", { operands: "dashes", values: ["-c", "--config"] }), "fetched"],
  [prefix("sops exec-env", { operands: 1 }), "fetched"],
  // `.envrc` may export anything: https://direnv.net/man/direnv.1.html
  [prefix("direnv exec", { operands: 1 }), "fetched"],
  [prefix("dotenv", { operands: "dashes", values: ["-e", "-f", "-c", "-v"] }), "fetched"],
  // https://github.com/entropitor/dotenv-cli, https://github.com/theskumar/python-dotenv: neither needs `--`.
  [prefix("dotenv run", { values: ["-f", "--file"] }), "fetched"],
  [prefix("dotenv", { values: ["-e", "-f", "--file", "-v"] }), "fetched"],
  // https://github.com/toddbluhm/env-cmd
  [prefix("env-cmd", { values: ["-f", "--file", "-e", "--environments", "-r", "--rc-file"] }), "fetched"],
  [prefix("dotenvx run", { operands: "dashes", values: ["-f", "--env-file", "-e", "--env"] }), "fetched"],
];

/** Wrappers that fetch secrets and run a command with them: `op run --`, `esc run`, `doppler run --`. */
export const secretPrefix: Unwrapper = {
  name: "secret-prefix",
  unwrap(command) {
    if (command.kind !== "run") return undefined;
    for (const [row, given] of prefixes) {
      const call = prefixCall(command, row);
      if (call)
        return { commands: called(call, row), identities: [identityOf(command, call, row, given)], reasons: [] };
    }
    return undefined;
  },
};

/** `sops exec-env file 'script'`: the one of them that is given a script without a flag. */
function called(call: PrefixCall, row: Prefix): readonly Command[] {
  const [only] = call.commands;
  const script = row.words[0] === "sops" && only?.kind === "run" ? literal(only.words[0] ?? []) : undefined;
  return only && script !== undefined ? insideScript(only, script, only.directory, () => undefined) : call.commands;
}

function identityOf(command: Command, call: PrefixCall, row: Prefix, given: Given): Identity {
  const { from } = command;
  const plain = { kind: given, details: new Map(), carriers: [], from };
  switch (given) {
    case "1password":
      return { ...plain, role: undefined };
    case "fetched":
      return { ...plain, role: [row.words.join(" ")] };
    case "esc": {
      const environment: Text = call.flags.get("--env") ?? call.operands[0] ?? [];
      return { ...plain, role: environment, details: new Map([["environment", { text: environment, from }]]) };
    }
  }
}
