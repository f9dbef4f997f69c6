import { literal, type Text } from "@gha2pulumi/repo";
import type { TestExpression } from "unbash";
import type { Certainty } from "./state.ts";
import { equalsName, matchesName } from "../stand-in.ts";
import { expandToText, type Expansion } from "./word.ts";

/** `[[ … ]]` as far as its words are known. File tests are unknown: the runner's disk is not the repository. */
export function evaluateTest(test: TestExpression, expansion: Expansion): Certainty {
  switch (test.type) {
    case "TestUnary":
      return unary(test.operator, expandToText(test.operand, expansion));
    case "TestBinary": {
      const pattern = test.operator === "==" || test.operator === "=" || test.operator === "!=";
      const right = expandToText(test.right, expansion);
      return binary(
        test.operator,
        expandToText(test.left, expansion),
        right,
        pattern && !test.right.parts?.some(isQuotedPart),
        expansion.told,
      );
    }
    case "TestLogical":
      return test.operands
        .map((operand) => evaluateTest(operand, expansion))
        .reduce((a, b) => (test.operator === "&&" ? both(a, b) : either(a, b)));
    case "TestNot": {
      const inner = evaluateTest(test.operand, expansion);
      return inner === undefined ? undefined : test.negations.length % 2 === 1 ? !inner : inner;
    }
    case "TestGroup":
      return evaluateTest(test.expression, expansion);
  }
}

function isQuotedPart(part: { readonly type: string }): boolean {
  return part.type === "DoubleQuoted" || part.type === "SingleQuoted";
}

/** `[ … ]` and `test …`: the words between the brackets. */
export function evaluateTestWords(words: readonly Text[], told: ReadonlySet<string>): Certainty {
  const texts = words.map((word) => literal(word));
  const or = texts.indexOf("-o");
  if (or > 0) return either(evaluateTestWords(words.slice(0, or), told), evaluateTestWords(words.slice(or + 1), told));
  const and = texts.indexOf("-a");
  if (and > 0) return both(evaluateTestWords(words.slice(0, and), told), evaluateTestWords(words.slice(and + 1), told));
  const [first, second, third] = words;
  if (texts[0] === "!" && words.length > 1) {
    const inner = evaluateTestWords(words.slice(1), told);
    return inner === undefined ? undefined : !inner;
  }
  if (words.length === 3 && first && third) return binary(texts[1] ?? "", first, third, false, told);
  if (words.length === 2 && second) return unary(texts[0] ?? "", second);
  if (words.length === 1 && first) return unary("-n", first);
  return words.length === 0 ? false : undefined;
}

function unary(operator: string, operand: Text): Certainty {
  const value = literal(operand);
  // A text with a literal piece is not empty, whatever its holes hold.
  const filled =
    value === undefined
      ? operand.some((piece) => typeof piece === "string" || piece.names.some(isPulumiToken)) || undefined
      : value !== "";
  if (operator === "-n") return filled;
  if (operator === "-z") return filled === undefined ? undefined : !filled;
  return undefined;
}

/** Without it no Pulumi operation works at all, so a script that asks for it is taken to find it. */
function isPulumiToken(name: string): boolean {
  return /^(secrets|env)\.PULUMI_ACCESS_TOKEN$/i.test(name);
}

function binary(operator: string, left: Text, right: Text, pattern: boolean, told: ReadonlySet<string>): Certainty {
  const [a, b] = [literal(left), literal(right)];
  if (a === undefined || b === undefined) return undefined;
  if (operator !== "=" && operator !== "==" && operator !== "!=") return undefined;
  const same = pattern ? matchesName(a, b, told) : equalsName(a, b, told);
  return same === undefined ? undefined : same === (operator !== "!=");
}

export function both(a: Certainty, b: Certainty): Certainty {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

export function either(a: Certainty, b: Certainty): Certainty {
  if (a === true || b === true) return true;
  return a === undefined || b === undefined ? undefined : false;
}
