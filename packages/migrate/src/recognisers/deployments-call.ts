import { literal, onlyName, textOf, type Bound } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import { organizationVariable } from "../call/call-request.ts";
import { callFile } from "../call/call-script.ts";
import { folderPath } from "../folder.ts";
import type { Operation } from "../intent.ts";
import { operates, type Recogniser } from "../scope.ts";

const operations: readonly Operation[] = ["update", "preview", "refresh", "destroy"];

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
    const sent = [...command.environment].flatMap(([name, bound]) => {
      const found = /^SEND_(?:PLAIN|SECRET)_(.+)$/.exec(name)?.[1];
      return found === undefined ? [] : [[found, bound] as const];
    });
    return operates(
      { ...scope, token: true },
      {
        operation: operations.find((one) => one === word),
        operationText: word ?? "",
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
        directory: ["."],
        modifiers: [],
        upsert: false,
        removeStack: false,
        called: new Map(sent),
        hidden: false,
        from: command.from,
      },
    );
  },
};
