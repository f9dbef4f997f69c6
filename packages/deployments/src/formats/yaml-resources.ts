import { innermost, location, type Trail, type Tree } from "@gha2pulumi/repo";
import type { Oidc, Setting, StackSettings } from "../settings.ts";
import { LIVE, type ConfigPiece, type KeyOf } from "./config-key.ts";
import { PROVIDER_VERSION, type Naming } from "./project.ts";
import { commentText } from "./source-text.ts";
import { stackComment } from "./stack-fields.ts";
import { fields, piecesText, reference, scalar, unreferenced, yamlLines, yamlText } from "./yaml-text.ts";
import type { YamlCode, YamlField } from "./yaml-text.ts";

/** The declarations of configuration values, by their keys. */
export function configText(pieces: readonly ConfigPiece[], keyOf: KeyOf): string {
  const declared = new Map(pieces.map((piece) => [keyOf(piece), piece]));
  return [...declared]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { secret }]) => `  ${yamlText(key)}:\n    type: string\n${secret ? "    secret: true\n" : ""}`)
    .join("");
}

/** One resource a stack, each with the comment that says where it comes from. */
export function resourcesText(settings: readonly StackSettings[], { keyOf, nameOf }: Naming, tree: Tree): string {
  return settings
    .map((one) => {
      const name = nameOf(one);
      const resource = [
        plain("type", scalar("pulumiservice:DeploymentSettings")),
        plain("properties", fields(properties(one, { keyOf, tree }))),
        plain("options", fields([plain("retainOnDelete", scalar("true")), plain("version", scalar(PROVIDER_VERSION))])),
      ];
      return `  # ${stackComment(one, tree)}\n  ${yamlText(name)}:\n${yamlLines(resource, 4)}`;
    })
    .join("");
}

interface Context {
  readonly keyOf: KeyOf;
  readonly tree: Tree;
}

const plain = (key: string, code: YamlCode): YamlField => ({ key, code, comment: "" });
const place = (from: Trail, tree: Tree): string => commentText(location(tree, innermost(from)));

function properties(settings: StackSettings, context: Context): readonly YamlField[] {
  const { value, list, flag, comment } = fieldsOf(settings, context);
  const optional = (field: YamlField, isThere: boolean): readonly YamlField[] => (isThere ? [field] : []);
  const block = (key: string, all: readonly YamlField[]): readonly YamlField[] =>
    all.length === 0 ? [] : [plain(key, fields(all))];
  const trigger = (name: "deployCommits" | "previewPullRequests" | "pullRequestTemplate"): YamlField =>
    flag(name, settings[name] ? reference(LIVE) : "false", name);
  const { organization } = settings;
  const options = (["skipInstallDependencies", "skipIntermediateDeployments", "deleteAfterDestroy"] as const)
    .filter((name) => settings[name])
    .map((name) => flag(name, "true", name));
  return [
    organization === undefined
      ? plain("organization", scalar("${pulumi.organization}"))
      : value("organization", organization),
    plain("project", scalar(yamlText(unreferenced(settings.project)))),
    plain("stack", scalar(yamlText(unreferenced(settings.stack)))),
    ...block("sourceContext", [
      ...block("git", [
        value("branch", settings.branch),
        ...optional(
          flag("repoDir", yamlText(unreferenced(settings.directory)), "directory"),
          settings.directory !== ".",
        ),
      ]),
    ]),
    ...block(settings.repositoryBlock, [
      ...optional(plain("provider", scalar("github")), settings.repositoryBlock === "vcs"),
      value("repository", settings.repository),
      trigger("deployCommits"),
      trigger("previewPullRequests"),
      trigger("pullRequestTemplate"),
      ...list("paths", settings.paths),
    ]),
    ...block("operationContext", [
      ...list("preRunCommands", settings.preRunCommands),
      ...block(
        "environmentVariables",
        [...settings.environment].map(([name, one]) => value(yamlText(unreferenced(name)), one)),
      ),
      ...block("options", options),
      ...block(
        "oidc",
        settings.oidc.map((one) => plain(one.kind, fields(oidcFields(one, value)))),
      ),
    ]),
    ...block(
      "executorContext",
      settings.executorImage === undefined ? [] : [value("executorImage", settings.executorImage)],
    ),
    ...(settings.agentPool === undefined ? [] : [value("agentPoolId", settings.agentPool)]),
    ...block("cacheOptions", settings.cache ? [{ ...flag("enable", "true", "cache"), comment: comment("cache") }] : []),
  ];
}

type ValueField = (key: string, value: Setting) => YamlField;

/** Writers of fields with the place each came from, unless the comment above the stack says that already. */
function fieldsOf(
  settings: StackSettings,
  { keyOf, tree }: Context,
): {
  readonly value: ValueField;
  readonly list: (key: string, values: readonly Setting[]) => readonly YamlField[];
  readonly flag: (key: string, text: string, reason: string) => YamlField;
  readonly comment: (reason: string) => string;
} {
  const remark = (from: Trail, note: string): string => {
    const where = place(from, tree);
    return [where === place(settings.from, tree) ? "" : where, commentText(note)]
      .filter((one) => one !== "")
      .join(", ");
  };
  const comment = (reason: string): string => {
    const from = settings.reasons.get(reason);
    return from === undefined ? "" : remark(from, "");
  };
  return {
    value: (key, { value, from, note }) => ({
      key,
      code: scalar(piecesText(value, keyOf)),
      comment: remark(from, note),
    }),
    list: (key, values) =>
      values.length === 0
        ? []
        : [
            {
              key,
              code: {
                kind: "items",
                items: values.map((one) => ({
                  text: piecesText(one.value, keyOf),
                  comment: remark(one.from, one.note),
                })),
              },
              comment: comment(key),
            },
          ],
    flag: (key, text, reason) => ({ key, code: scalar(text), comment: comment(reason) }),
    comment,
  };
}

function oidcFields(oidc: Oidc, value: ValueField): readonly YamlField[] {
  const { kind: _, ...values } = oidc;
  return Object.entries(values).flatMap(([name, one]: readonly [string, Setting | undefined]) =>
    one === undefined ? [] : [value(name, one)],
  );
}
