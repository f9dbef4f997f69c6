import type { Frame } from "./frame.ts";
import type { AndOr, Node } from "./syntax.ts";

/** What becomes of a list of `&&` and `||` where one of its programs fails: https://www.gnu.org/software/bash/manual/bash.html#Lists */

/** Behind `||`, it ends the script as a failure would have: nothing is passed over. */
function endsBadly(node: Node | AndOr): boolean {
  if (node.type === "Command") {
    const [code] = node.suffix;
    const isWell = code !== undefined && "value" in code && code.value === "0";
    return /^(exit|return|false)$/.test(node.name?.value ?? "") && !isWell;
  }
  const last = node.type === "BraceGroup" || node.type === "Subshell" ? node.body.commands.at(-1) : undefined;
  return last !== undefined && endsBadly(last.command);
}

/**
 * Whether what stands behind `||` leaves nothing to those behind it: a failure ends the script there. One that ends a
 * function alone goes to whoever asks for its result.
 */
export function leavesNothing(node: Node | AndOr, { tested, excused }: Frame): boolean {
  return endsBadly(node) && !tested && !excused;
}

/** Whether a failure of one command of a list, counted from 0, is passed over by an `||` behind it. */
export function passesOver({ commands, operators }: AndOr, i: number): boolean {
  return operators.some((one, at) => {
    const next = commands[at + 1];
    return at >= i && one === "||" && next !== undefined && !endsBadly(next);
  });
}

/**
 * Whether a script goes on without one command of a list, because the program in front of it has failed. Retries that end
 * with the first success, `up && break || sleep 5`, are one run of their program.
 */
export function isLeftOut(node: AndOr, i: number, { excused, state }: Frame): boolean {
  const command = node.commands[i];
  const isLoop = command?.type === "Command" && command.name?.value === "break";
  return !isLoop && (excused || state.lenient || passesOver(node, i - 1));
}
