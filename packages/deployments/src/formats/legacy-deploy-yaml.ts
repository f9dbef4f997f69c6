import {
  entry,
  mapEntries,
  readYaml,
  scalarText,
  unknown,
  type Path,
  type Trail,
  type Unknown,
  type YamlNode,
} from "@gha2pulumi/repo";
import { setting, type StackSettings } from "../settings.ts";
import { readDeploymentSettings } from "./resources.ts";
import type { Value } from "./value.ts";

/**
 * A `Pulumi.<stack>.deploy.yaml`: the settings that `pulumi deployment settings push` sent, until version 3.251.0 of the
 * CLI dropped the file and the command. It is read and never written.
 */
export interface SettingsFile {
  readonly path: Path;
  /** As a program would declare them; what the file does not say is off, empty, or asked for. */
  readonly settings: StackSettings;
  /** The file names the branch, and the repository. */
  readonly isWhole: boolean;
  /** What it says and a settings program cannot; whoever has one of these keeps the file. */
  readonly gaps: readonly Unknown[];
}

/** The stack and the project it lies beside, or whose `stackConfigDir` it lies in. */
export interface OfProject {
  readonly project: string;
  readonly directory: Path;
  readonly stack: string;
}

/** Keys that the resource spells otherwise, by their block: REST has `gitHub`, the provider `github`. */
const SPELT: ReadonlyMap<string, string> = new Map([
  ["settings.gitHub", "github"],
  ["settings.agentPoolID", "agentPoolId"],
  ["aws.roleArn", "roleARN"],
]);

/**
 * What the file can hold and `DeploymentSettings` of provider 1.3.0 cannot, by its block. Writing settings erases it
 * (the provider replaces them whole). `workingDirectory: .` and a false `remediateIfDriftDetected` are the defaults.
 */
const INEXPRESSIBLE: ReadonlyMap<string, readonly string[]> = new Map([
  ["settings", ["tag"]],
  ["executorContext", ["workingDirectory", "executorRootPath"]],
  ["git", ["repoUrl", "commit", "gitAuth"]],
  ["github", ["deployPullRequest"]],
  ["options", ["shell", "remediateIfDriftDetected"]],
  ["aws", ["policyArns"]],
  ["gcp", ["region", "tokenLifetime"]],
]);

const DEFAULTS: ReadonlySet<string> = new Set(["", ".", "false", "0"]);
const BLOCKS: ReadonlySet<string> = new Set([
  "sourceContext",
  "git",
  "github",
  "operationContext",
  "environmentVariables",
  "options",
  "oidc",
  "aws",
  "gcp",
  "azure",
  "executorContext",
  "executorImage",
]);

/** One file read. A file that does not parse, or is none of settings, is one with a gap. */
export function readSettingsFile(path: Path, text: string, of: OfProject): SettingsFile {
  const { root, problems } = readYaml(path, text);
  const whole: Trail = [{ path, start: 0, end: text.length }];
  const written = entry(root, "settings");
  const gaps: Unknown[] = [];
  const add = (note: string, from: Trail): void => void gaps.push(unknown("unsupported", note, from));
  if (root === undefined || problems.length > 0) add("it does not parse as one plain YAML document", whole);
  else if (written === undefined || (written.kind !== "map" && written.kind !== "null"))
    add("it has no `settings`", whole);
  for (const { key, keySpan } of mapEntries(root)) if (key !== "settings") add(`it says \`${key}\``, [keySpan]);
  const said = written?.kind === "map" ? blockOf(written, "settings", add) : new Map<string, Value>();
  const inputs = withDefaults(said, of, whole);
  const read = readDeploymentSettings(path, { kind: "record", fields: inputs.fields, from: whole }, whole);
  const first = mapEntries(written)[0]?.keySpan ?? whole[0];
  const from: Trail = [{ path, start: first.start, end: first.end }];
  return {
    path,
    settings: { ...(read.value ?? nothing(of, from)), from },
    isWhole: inputs.isWhole,
    gaps: [...gaps, ...read.gaps.map((gap) => ({ ...gap, note: gap.note.replace(`${path}: `, "") }))],
  };
}

type Add = (note: string, from: Trail) => void;

/** The properties of a block in the spelling of the resource, without what it cannot say and what says nothing. */
function blockOf(node: YamlNode, block: string, add: Add): ReadonlyMap<string, Value> {
  const fields = new Map<string, Value>();
  for (const { key, keySpan, value } of mapEntries(node)) {
    if (isEmpty(value)) continue;
    const name = SPELT.get(`${block}.${key}`) ?? key;
    if (INEXPRESSIBLE.get(block)?.includes(key) === true) {
      if (!DEFAULTS.has(scalarText(value) ?? "?"))
        add(`it says \`${key}\`, which a settings program cannot`, [keySpan]);
    } else if (block === "environmentVariables") fields.set(key, variable(key, value, add));
    else if (name === "executorImage") image(value, add, (found) => fields.set(name, found));
    else fields.set(name, valueOf(name, value, add));
  }
  return fields;
}

function isEmpty(node: YamlNode): boolean {
  if (node.kind === "map") return node.entries.length === 0;
  return node.kind === "null" || (node.kind === "list" ? node.items.length === 0 : node.text === "");
}

function valueOf(name: string, node: YamlNode, add: Add): Value {
  const from: Trail = [node.span];
  switch (node.kind) {
    case "null":
      return { kind: "undefined", from };
    case "list":
      return { kind: "list", items: node.items.map((item) => valueOf("", item, add)), from };
    case "map":
      if (BLOCKS.has(name)) return { kind: "record", fields: blockOf(node, name, add), from };
      return { kind: "unread", note: "a block where a text belongs", from };
    case "scalar":
      // In `name: true` under `environmentVariables` it is a text; in no other block is a text ever `true`.
      if (!node.quoted && /^(?:true|false)$/.test(node.text))
        return { kind: "boolean", value: node.text === "true", from };
      return { kind: "text", pieces: [node.text], from };
  }
}

/** A plain value; or a secret, of which only the name is taken: it was encrypted for one stack, and stays unread. */
function variable(name: string, node: YamlNode, add: Add): Value {
  const from: Trail = [node.span];
  if (node.kind === "scalar") return { kind: "text", pieces: [node.text], from };
  const keys = mapEntries(node).map(({ key }) => key);
  if (keys.includes("secret"))
    add(`it holds the secret \`${name}\` in clear: give it a new value, and take it out of the file`, from);
  else if (keys.join() !== "ciphertext") add(`\`${name}\` is no text`, from);
  return { kind: "text", pieces: [{ config: name, secret: true }], from };
}

/** A name; or an object with a name and the credentials of a registry, which only the API takes. */
function image(node: YamlNode, add: Add, set: (value: Value) => void): void {
  const reference = node.kind === "map" ? entry(node, "reference") : node;
  const more = mapEntries(node).filter(({ key, value }) => key !== "reference" && !isEmpty(value));
  for (const { key, keySpan } of more)
    add(`it says \`${key}\` of its image, which a settings program cannot`, [keySpan]);
  if (reference?.kind === "scalar") set({ kind: "text", pieces: [reference.text], from: [reference.span] });
  else if (more.length === 0) add("its image is no text", [node.span]);
}

/** The inputs of a resource: REST leaves out what is false, where the SDK would fill in true. */
function withDefaults(
  said: ReadonlyMap<string, Value>,
  { project, directory, stack }: OfProject,
  from: Trail,
): { readonly fields: ReadonlyMap<string, Value>; readonly isWhole: boolean } {
  const text = (value: string): Value => ({ kind: "text", pieces: [value], from });
  const asked = (config: string): Value => ({ kind: "text", pieces: [{ config, secret: false }], from });
  const inner = (value: Value | undefined): ReadonlyMap<string, Value> =>
    value?.kind === "record" ? value.fields : new Map();
  const source = inner(said.get("sourceContext"));
  const git = inner(source.get("git"));
  const github = inner(said.get("github"));
  const off: Value = { kind: "boolean", value: false, from };
  const record = (...fields: readonly (readonly [string, Value])[]): Value => ({
    kind: "record",
    fields: new Map(fields),
    from,
  });
  const fields = new Map<string, Value>([
    ...said,
    ["organization", { kind: "organization", from }],
    ["project", text(project)],
    ["stack", text(stack)],
    [
      "sourceContext",
      record(...[...source].filter(([key]) => key !== "git"), [
        "git",
        record(["branch", asked("branch")], ["repoDir", text(directory)], ...git),
      ]),
    ],
    [
      "github",
      record(
        ["repository", asked("repository")],
        ["deployCommits", off],
        ["previewPullRequests", off],
        ["pullRequestTemplate", off],
        ...github,
      ),
    ],
  ]);
  return { fields, isWhole: git.has("branch") && github.has("repository") };
}

/** What stands for settings that are not read: nobody looks at it, since the file has gaps. */
function nothing({ project, directory, stack }: OfProject, from: Trail): StackSettings {
  return {
    organization: undefined,
    project,
    stack,
    branch: setting([{ config: "branch", secret: false }], from),
    directory,
    repository: setting([{ config: "repository", secret: false }], from),
    repositoryBlock: "github",
    deployCommits: false,
    previewPullRequests: false,
    pullRequestTemplate: false,
    paths: [],
    preRunCommands: [],
    environment: new Map(),
    skipInstallDependencies: false,
    skipIntermediateDeployments: false,
    deleteAfterDestroy: false,
    oidc: [],
    executorImage: undefined,
    agentPool: undefined,
    cache: false,
    schedules: [],
    reasons: new Map(),
    from,
  };
}
