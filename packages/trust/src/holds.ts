import { issuerKey, type Token } from "./claims.ts";
import { answer, no, yes, type Answer, type Formula, type Leaf } from "./formula.ts";
import { matches } from "./glob.ts";

/** Whether a formula holds of a token. */
export function holds(formula: Formula, token: Token): Answer {
  return answer(formula, (leaf) => leafOf(leaf, token));
}

function leafOf(leaf: Leaf, token: Token): Answer {
  const own = leaf.issuer === issuerKey(token.issuer);
  if (leaf.kind === "issuer") return own ? yes : no;
  const values = own ? (token.claims.get(leaf.claim) ?? []) : [];
  if (values.length === 0) return leaf.missing ? yes : no;
  // AWS calls the outcome undefined: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
  if (leaf.how === "one" && values.length > 1) {
    return { kind: "unknown", because: [`\`${leaf.claim}\` has several values and is tested as one`] };
  }
  const passes = (value: string): boolean => leaf.globs.some((glob) => matches(glob, value)) !== leaf.differs;
  return (leaf.how === "some" ? values.some(passes) : values.every(passes)) ? yes : no;
}
