import { readCommand, type Command } from "./command.ts";
import type { SeenComment } from "./look.ts";

/** A command that somebody gave who may give it. */
export interface Given {
  readonly id: number;
  readonly author: string;
  readonly command: Command;
}

/** What the commands of a pull request come to: those that are new, and whether the last word of all is to stop. */
export interface AskedFor {
  readonly fresh: readonly Given[];
  readonly stopped: boolean;
  /** The last of the new ones that changes what is done. */
  readonly asked: "rebase" | "recreate" | undefined;
}

/** Reads the comments of a pull request. `handled` is the last comment whose commands were carried out. */
export function askedFor(
  comments: readonly SeenComment[],
  handled: number,
  me: string,
  writers: ReadonlySet<string>,
): AskedFor {
  const given = comments.flatMap(({ id, author, body }): Given[] => {
    const command = author === me || !writers.has(author) ? undefined : readCommand(body);
    return command === undefined ? [] : [{ id, author, command }];
  });
  const last = given.findLast(({ command }) => command.kind === "stop" || command.kind === "recreate");
  const fresh = given.filter(({ id }) => id > handled);
  const acting = fresh.findLast(({ command: { kind } }) => kind === "rebase" || kind === "recreate")?.command.kind;
  return {
    fresh,
    stopped: last?.command.kind === "stop",
    asked: acting === "rebase" || acting === "recreate" ? acting : undefined,
  };
}

/** Who commented with something that may be a command: only their permissions have to be asked for. */
export function askers(comments: readonly SeenComment[], me: string): readonly string[] {
  const found = comments.filter(
    ({ author, body }) => author !== me && author !== "" && readCommand(body) !== undefined,
  );
  return [...new Set(found.map(({ author }) => author))].sort();
}
