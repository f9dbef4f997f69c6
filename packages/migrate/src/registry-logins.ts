import { written } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { commandsInside } from "./commands-inside.ts";
import type { Entry } from "./entry.ts";
import type { Reason } from "./intent.ts";

/** Logins to a registry of images, and set-ups for building some, in the job of an operation whose program may push itself. */
const logins =
  /^(?:docker\/(?:login|setup-buildx|setup-qemu)-action|aws-actions\/amazon-ecr-login|azure\/docker-login|docker login\b)/i;
const pushes =
  /^(?:docker\/(?:build-push|bake)-action|docker (?:(?:image |compose |manifest )?push|buildx|.* --push)\b)/i;

/**
 * Reasons of a command before an operation. Of a login that nothing in the job uses, as far as its scripts, targets and
 * package scripts can be read, only a person can tell whether it is there for the program.
 */
export function loginReasons({ command, reasons }: Entry, job: readonly Entry[]): readonly Reason[] {
  if (!logins.test(textOf(command)) || !reasons.some(({ code }) => code === "GP229") || pushesImages(job))
    return reasons;
  const what = command.kind === "uses" ? command.action : textOf(command);
  return reasons.map((reason) =>
    reason.code === "GP229"
      ? {
          ...reason,
          code: "GP221",
          message: `\`${what}\` is there for images, and nothing that can be read in its job pushes one, so the program may`,
        }
      : reason,
  );
}

/** Whether a job pushes images by a command of its own, or by one within what it runs. */
function pushesImages(job: readonly Entry[]): boolean {
  const isPush = (command: Command): boolean => pushes.test(textOf(command));
  return (
    job.some(({ command }) => isPush(command)) ||
    job.some(({ command, before }) => commandsInside([command], before.tree).commands.some(isPush))
  );
}

function textOf(command: Command): string {
  if (command.kind === "uses") return command.action;
  return command.kind === "run" ? command.words.map((word) => written(word)).join(" ") : "";
}
