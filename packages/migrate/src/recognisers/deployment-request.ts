import { literal, textOf, written, type Bound, type Text } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import type { Operation } from "../intent.ts";
import { operates, serves, type Recogniser, type Recognised, type Scope } from "../scope.ts";

const operations: readonly Operation[] = ["update", "preview", "refresh", "destroy"];

/** Options of curl that take a value, as far as one changes what is asked for. */
const methods: ReadonlySet<string> = new Set(["-X", "--request"]);
const bodies: ReadonlySet<string> = new Set(["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"]);

/** A hole of a text while the text is looked at as one string. */
const mark = (at: number): string => `\u0000${at}\u0000`;

/**
 * `POST …/api/stacks/{org}/{project}/{stack}/deployments` written by hand: a deployment that Pulumi Deployments runs
 * already. What else the request says stands over the settings of the stack, and is the workflow's own. The older
 * `/api/preview/{org}/…` was taken away after October 2024. The reference is of the Cloud REST API, as of August 2026.
 * https://www.pulumi.com/docs/reference/cloud-rest-api/deployments/#create-deployment
 */
export const deploymentRequest: Recogniser = {
  name: "deployment-request",
  recognise(command, scope) {
    if (command.kind !== "run" || literal(command.words[0] ?? []) !== "curl") return undefined;
    const found = command.words.map(resourceIn).find((one) => one !== undefined);
    if (found === undefined) return undefined;
    const method = methodOf(command.words);
    const stack: Bound = {
      text: textOf(found.organization, "/", found.project, "/", found.stack),
      from: command.from,
    };
    if (found.below === "" && method === "POST") return asked(command, scope, stack);
    if (found.below !== "/settings" || method === "GET") return undefined;
    const message = `it writes the deployment settings of \`${written(stack.text)}\` by a request of its own`;
    return {
      ...serves({ ...scope, token: true }),
      duty: "gates",
      reasons: [{ code: "GP517", message, from: command.from }],
    };
  },
};

interface Resource {
  readonly organization: Text;
  readonly project: Text;
  readonly stack: Text;
  /** What of the deployments of the stack: `` or `/settings`, `/{id}/logs`, … */
  readonly below: string;
}

/** The stack in the address of a request about its deployments. */
function resourceIn(word: Text): Resource | undefined {
  const text = word.map((piece, at) => (typeof piece === "string" ? piece : mark(at))).join("");
  const found =
    /^[^/\s]*(?:\/\/[^/\s]+)?\/api\/(?:stacks|preview)\/([^/?#\s]+)\/([^/?#\s]+)\/([^/?#\s]+)\/deployments?(\/[^?#\s]*)?$/.exec(
      text,
    );
  const [, organization, project, stack, below = ""] = found ?? [];
  if (organization === undefined || project === undefined || stack === undefined) return undefined;
  const back = (part: string): Text =>
    textOf(...part.split(/\u0000(\d+)\u0000/).map((piece, at) => (at % 2 === 0 ? piece : (word[Number(piece)] ?? ""))));
  return {
    organization: back(organization),
    project: back(project),
    stack: back(stack),
    below: below === "/" ? "" : below,
  };
}

/** curl sends POST where it has a body and no `-X`. */
function methodOf(words: readonly Text[]): string {
  const plain = words.map((word) => literal(word) ?? "");
  const at = plain.findIndex((word) => methods.has(word));
  if (at >= 0) return plain[at + 1] ?? "";
  const joined = plain.map((word) => /^(?:-[a-zA-Z]*X|--request=)(\w+)$/.exec(word)?.[1]).find((one) => one);
  return joined ?? (bodyOf(words) === undefined ? "GET" : "POST");
}

function bodyOf(words: readonly Text[]): Text | undefined {
  for (const [at, word] of words.entries()) {
    const [first = ""] = word;
    if (bodies.has(literal(word) ?? "")) return words[at + 1];
    const option = typeof first === "string" ? /^(--(?:data|data-raw|data-binary|json)=)/.exec(first)?.[1] : undefined;
    if (option !== undefined && typeof first === "string") return textOf(first.slice(option.length), word.slice(1));
  }
  return undefined;
}

function asked(command: Command & { kind: "run" }, scope: Scope, stack: Bound): Recognised {
  const body = written(bodyOf(command.words) ?? []);
  const named = /"operation"\s*:\s*"([^"]*)"/.exec(body)?.[1];
  return operates(
    { ...scope, token: true },
    {
      operation: operations.find((one) => one === named),
      operationText: named ?? "the operation in the request",
      stack,
      // The settings of the stack say where its project is, unless the request does.
      directory: [{ expression: "the folder in the stack's settings", names: [], note: "stands in the settings" }],
      modifiers: [],
      upsert: false,
      removeStack: false,
      byBranch: undefined,
      called: {
        sent: new Map(),
        commands: undefined,
        awsRole: undefined,
        hasScript: true,
        revision: undefined,
        isRequest: true,
      },
      config: [],
      hidden: undefined,
      from: command.from,
    },
  );
}
