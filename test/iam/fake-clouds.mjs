#!/usr/bin/env node
// `gcloud` and `az` as far as the role scripts use them: one project and one application in a file. What the real ones
// would not take, a flag or a command that their references do not have, ends it with code 64.
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

const file = process.env.FAKE_STATE;
const state = JSON.parse(readFileSync(file, "utf8"));
const words = process.argv.slice(2);
const program = basename(process.argv[1]);

function fail(code, text) {
  console.error(text);
  process.exit(code);
}

/** The words before the first flag, and the flags; gcloud's are `--a=b`, az's `--a b`. */
function parse(allowed, bare = []) {
  const at = words.findIndex((word) => word.startsWith("--"));
  const flags = {};
  for (let i = at < 0 ? words.length : at; i < words.length; i += 1) {
    const [name, ...rest] = words[i].split("=");
    if (bare.includes(name)) flags[name] = true;
    else if (!allowed.includes(name)) fail(64, `unknown: ${words[i]}`);
    else flags[name] = rest.length > 0 ? rest.join("=") : words[(i += 1)];
  }
  return { names: words.slice(0, at < 0 ? words.length : at), flags };
}

function print(value) {
  console.log(JSON.stringify(value));
}

function save() {
  state.writes.push(words.join(" "));
  writeFileSync(file, JSON.stringify(state));
}

function gcloud() {
  const { names, flags } = parse([
    "--project",
    "--format",
    "--role",
    "--member",
    "--condition",
    "--location",
    "--display-name",
    "--workload-identity-pool",
    "--issuer-uri",
    "--allowed-audiences",
    "--attribute-mapping",
    "--attribute-condition",
  ]);
  const command = names.join(" ");
  const id = names.at(-1);
  if (command.startsWith("projects describe ")) return console.log(state.number);
  if (command.startsWith("iam service-accounts ") && id !== state.account) fail(1, "NOT_FOUND");
  if (names[2] === "get-iam-policy")
    return print({ bindings: [{ role: "roles/iam.workloadIdentityUser", members: state.members }] });
  if (names[2] === "add-iam-policy-binding" || names[2] === "remove-iam-policy-binding") {
    const rest = state.members.filter((one) => one !== flags["--member"]);
    state.members = names[2].startsWith("add") ? [...rest, flags["--member"]] : rest;
    return save();
  }
  const pool = flags["--workload-identity-pool"];
  if (command.startsWith("iam workload-identity-pools describe"))
    return state.pools[id] ? print({}) : fail(1, "NOT_FOUND");
  if (command.startsWith("iam workload-identity-pools create")) {
    state.pools[id] = {};
    return save();
  }
  if (!state.pools[pool]) fail(1, "NOT_FOUND: pool");
  if (names[3] === "describe") return state.pools[pool][id] ? print(state.pools[pool][id]) : fail(1, "NOT_FOUND");
  if (names[3] === "create-oidc") {
    // A mapping is KEY=VALUE with commas between: https://cloud.google.com/sdk/gcloud/reference/topic/escaping
    const mapping = flags["--attribute-mapping"]
      .split(",")
      .map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]);
    state.pools[pool][id] = {
      attributeCondition: flags["--attribute-condition"],
      attributeMapping: Object.fromEntries(mapping),
      oidc: { allowedAudiences: flags["--allowed-audiences"].split(","), issuerUri: flags["--issuer-uri"] },
    };
    return save();
  }
  return fail(64, `unknown: ${command}`);
}

function az() {
  const { names, flags } = parse(
    [
      "--id",
      "--parameters",
      "--federated-credential-id",
      "--query",
      "--output",
      "--identity-name",
      "--resource-group",
      "--name",
      "--issuer",
      "--subject",
      "--audiences",
    ],
    ["--yes"],
  );
  const command = names.join(" ");
  if (command === "account show") return console.log(state.tenant);
  if (command === "identity show") return console.log(state.client);
  const app = command.startsWith("ad app federated-credential ");
  if (!app && !command.startsWith("identity federated-credential ")) fail(64, `unknown: ${command}`);
  if (app && flags["--id"] !== state.client) fail(1, "not found");
  switch (names.at(-1)) {
    case "list":
      return print(state.credentials.map((one) => ({ ...one, id: "x", description: null })));
    case "create": {
      const made = app
        ? JSON.parse(flags["--parameters"])
        : {
            name: flags["--name"],
            issuer: flags["--issuer"],
            subject: flags["--subject"],
            audiences: [flags["--audiences"]],
          };
      if (!/^[A-Za-z0-9_-]{3,120}$/.test(made.name)) fail(1, `bad name ${made.name}`);
      state.credentials.push(made);
      return save();
    }
    case "delete":
      state.credentials = state.credentials.filter(
        ({ name }) => name !== (flags["--federated-credential-id"] ?? flags["--name"]),
      );
      return save();
    default:
      return fail(64, `unknown: ${command}`);
  }
}

if (program === "gcloud") gcloud();
else az();
