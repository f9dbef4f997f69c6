import { literal, onlyName, textOf, written, type Bound } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import { checkedOut, organizationVariable } from "../call/call-request.ts";
import { callFile } from "../call/call-script.ts";
import { folderPath } from "../folder.ts";
import type { ConfigSet, Operation } from "../intent.ts";
import { operates, type Recogniser } from "../scope.ts";

const operations: readonly Operation[] = ["update", "preview", "refresh", "destroy"];

interface SentValue {
  readonly name: string;
  readonly bound: Bound;
  readonly secret: boolean;
}

/** The commands of a call step that set configuration, each with the value it is sent: `call-step.ts` writes them. */
function configSent(commands: string, values: readonly SentValue[]): readonly ConfigSet[] {
  const lines = commands.matchAll(
    /^(?:pulumi config get( --path)? --stack \S+ -- '(.*)' >\/dev\/null 2>&1 \|\| )?pulumi config set --\w+( --path)? --stack \S+ -- '(.*)' "\$(RUN_CONFIG_\d+)"$/gm,
  );
  return [...lines].flatMap(([, asPath, sought, path, key, name]): readonly ConfigSet[] => {
    const value = values.find((one) => one.name === name);
    if (key === undefined || value === undefined || (sought !== undefined && sought !== key)) return [];
    const unless = sought === undefined ? undefined : asPath === undefined ? "key" : "path";
    const plain = key.replaceAll("'\\''", "'");
    return [{ key: plain, value: value.bound, secret: value.secret, path: path !== undefined, unless }];
  });
}

/** The script takes a commit by its hash, or a branch, and refuses everything else. */
function revisionOf(commit: Bound, branch: Bound): Bound | undefined {
  const known = literal(commit.text);
  if (known === checkedOut.text) return undefined;
  if (known === "" && literal(branch.text) !== "") return branch;
  return known === undefined || /^[0-9a-f]{40}$/.test(known)
    ? commit
    : { ...commit, text: ["neither commit nor branch"] };
}

/** What cannot be read is no command that was there before. */
function linesOf(text: string | undefined): readonly string[] {
  return text === undefined ? ["?"] : text.split("\n").filter((line) => line !== "");
}

/** The organisation is left to a repository variable, because no file of the repository tells it. */
function isAsked(organization: Bound | undefined): boolean {
  return organization !== undefined && onlyName(organization.text, "vars") === organizationVariable;
}

/** The script that asks Pulumi Deployments for an operation, as a call step runs it: `call/call-step.ts` writes it. */
export const deploymentsCall: Recogniser = {
  name: "deployments-call",
  recognise(command, scope) {
    if (command.kind !== "run" || literal(command.words[0] ?? []) !== "bash") return undefined;
    if (folderPath(joinPath(command.directory, command.words[1] ?? [])) !== callFile) return undefined;
    const value = (name: string): Bound => command.environment.get(name) ?? { text: [], from: command.from };
    const word = literal(value("CALL_OPERATION").text);
    const [organization, project, stack] = ["CALL_ORGANIZATION", "CALL_PROJECT", "CALL_STACK"].map((name) =>
      value(name),
    );
    const values = [...command.environment].flatMap(([name, bound]): readonly SentValue[] => {
      const [, kind, sentName] = /^SEND_(PLAIN|SECRET|SWITCH)_(.+)$/.exec(name) ?? [];
      if (sentName === undefined) return [];
      const given = kind === "SWITCH" ? literal(bound.text)?.toLowerCase() : undefined;
      if (given !== undefined && given !== "true") return [];
      const text = given === undefined ? bound.text : [given];
      return [{ name: sentName, bound: { ...bound, text }, secret: kind === "SECRET" }];
    });
    const sent = values
      .filter(({ name }) => !name.startsWith("RUN_CONFIG_"))
      .map(({ name, bound }) => [name, bound] as const);
    const config = configSent(literal(value("CALL_PRE_RUN").text) ?? "", values);
    return operates(
      { ...scope, token: true },
      {
        operation: operations.find((one) => one === word),
        operationText: written(value("CALL_OPERATION").text),
        stack: {
          text: textOf(
            isAsked(organization) ? [] : (organization?.text ?? []),
            "/",
            project?.text ?? [],
            "/",
            stack?.text ?? [],
          ),
          from: stack?.from ?? command.from,
        },
        // The settings of the stack say where its project is.
        directory: [{ expression: "the folder in the stack's settings", names: [], note: "stands in the settings" }],
        modifiers: [],
        upsert: false,
        removeStack: false,
        byBranch: undefined,
        called: {
          sent: new Map(sent),
          commands: command.environment.has("CALL_COMMANDS")
            ? linesOf(literal(value("CALL_COMMANDS").text))
            : undefined,
          awsRole: command.environment.get("CALL_AWS_ROLE"),
          hasScript: scope.checkedOut,
          isRequest: false,
          revision: revisionOf(value("CALL_COMMIT"), value("CALL_BRANCH")),
        },
        config,
        hidden: undefined,
        from: command.from,
      },
    );
  },
};
