import { pulumiIssuer } from "./claims.ts";
import { all, any, not, present, settle, test, type Formula, type Leaf, type Test } from "./formula.ts";
import { exactly, printGlob, type Glob } from "./glob.ts";
import { readSubject } from "./subject.ts";

/**
 * The same formula with Pulumi's deployment subjects told by the claims that they are made of. A search takes each
 * claim for itself, and would answer a rule on `org`, `project` and `stack` with a token whose subject says otherwise.
 * Pulumi writes both from the same run: https://www.pulumi.com/docs/deployments/guides/oidc/#custom-claims
 */
export function agreeing(formula: Formula): Formula {
  return settle(formula, told);
}

function told(leaf: Leaf): Formula {
  if (leaf.kind !== "test" || leaf.issuer !== pulumiIssuer || leaf.claim !== "sub") return leaf;
  const parts = leaf.globs.map(claimsOf);
  if (parts.every((part) => part === undefined)) return leaf;
  const rest: Test = {
    ...leaf,
    globs: leaf.globs.filter((_, i) => parts[i] === undefined),
    differs: false,
    missing: false,
  };
  const some = any([rest, ...parts.filter((part) => part !== undefined)]);
  const said = leaf.differs ? all([present(leaf.issuer, "sub"), not(some)]) : some;
  return leaf.missing ? any([said, not(present(leaf.issuer, "sub"))]) : said;
}

/** A subject's parts as tests, where each is a name or a whole `*`: a wildcard within a name could reach across parts. */
function claimsOf(glob: Glob): Formula | undefined {
  const subject = glob.anyCase ? undefined : readSubject(printGlob(glob));
  if (subject?.kind !== "deployment") return undefined;
  const { organization, project, stack, operation } = subject;
  const parts = Object.entries({ org: organization, project, stack, operation });
  if (parts.some(([, value]) => value !== "*" && /[*?]/.test(value))) return undefined;
  const named = parts.filter(([, value]) => value !== "*");
  // A deployment's token has all four claims; that it has `org` tells it from ESC's.
  return all([
    present(pulumiIssuer, "org"),
    ...named.map(([claim, value]) => test(pulumiIssuer, claim, [exactly(value)])),
  ]);
}
