import { byText } from "@gha2pulumi/repo";
import { findingKinds } from "@gha2pulumi/trust";
import { added } from "./added.ts";
import { assumed } from "./assumed.ts";
import type { Explanation } from "./explanation.ts";
import { operations } from "./operations.ts";
import { reading } from "./reading.ts";
import { triggers } from "./triggers.ts";

/** What is seen in a trust policy; the tests of `trust` have a policy for each. */
const trust: readonly Explanation[] = findingKinds.map(({ code, title, todo }) => ({
  code,
  title: title.charAt(0).toLowerCase() + title.slice(1),
  means: `${title}. Seen in a role's trust policy, or in what becomes of it.`,
  act: `${todo.charAt(0).toUpperCase()}${todo.slice(1)}.`,
  example: undefined,
}));

/** Every code that a plan may show, in order. To add one, write it into the list of its kind. */
export const explanations: readonly Explanation[] = [
  ...reading,
  ...operations,
  ...triggers,
  ...trust,
  ...assumed,
  ...added,
].sort((a, b) => byText(a.code, b.code));
