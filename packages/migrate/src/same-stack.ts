import { written, type Text } from "@gha2pulumi/repo";
import type { Operates } from "./intent.ts";
import { stackParts } from "./stack-name.ts";

/** Whether two operations are on one stack of one folder, as far as they are written. */
export function sameStack(a: Operates, b: Operates): boolean {
  const isCalled = a.called !== undefined || b.called !== undefined;
  // A call names organisation and project instead of the folder.
  if (a.called !== undefined && b.called !== undefined) return stackText(a) === stackText(b);
  return isCalled ? isSameName(a, b) : stackText(a) === stackText(b) && written(a.directory) === written(b.directory);
}

function stackText({ stack }: Operates): string {
  return written(stack?.text ?? []);
}

function isSameName(a: Operates, b: Operates): boolean {
  const [one, other] = [a, b].map(({ stack }) => stackParts(stack?.text ?? []));
  if (!one || !other || written(one.stack) !== written(other.stack)) return false;
  const agree = (x: Text | undefined, y: Text | undefined): boolean =>
    x === undefined || y === undefined || written(x) === written(y);
  return agree(one.organization, other.organization) && agree(one.project, other.project);
}
