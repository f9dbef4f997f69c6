import { byText } from "@gha2pulumi/repo";
import { findingKinds } from "@gha2pulumi/trust";
import { assumed } from "./assumed.ts";
import { differences } from "./differences.ts";
import type { Explanation } from "./explanation.ts";
import { operations } from "./operations.ts";
import { reading } from "./reading.ts";
import { refused } from "./refused.ts";
import { stepAndState } from "./step-and-state.ts";
import { triggers } from "./triggers.ts";

/** What is seen in a trust policy; the tests of `trust` have a policy for each. */
const trust: readonly Explanation[] = findingKinds.map(({ code, title, why, todo }) => ({
  code,
  title: /^(?:GitHub|Azure|Pulumi|ESC|GCP|AWS)/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1),
  means: why,
  act: `${todo.charAt(0).toUpperCase()}${todo.slice(1)}.`,
  example: undefined,
}));

/** Every code that a plan may show, in order. To add one, write it into the list of its kind. */
export const explanations: readonly Explanation[] = [
  ...reading,
  ...operations,
  ...refused,
  ...triggers,
  ...stepAndState,
  ...trust,
  ...assumed,
  ...differences,
].sort((a, b) => byText(a.code, b.code));
