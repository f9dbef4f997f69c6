import type { Path, Span, Tree } from "@gha2pulumi/repo";
import type { Notation, NotationReader, RoleDefinition, RoleName } from "../notation.ts";
import { embeddedDocuments } from "./embedded-json.ts";
import { unreadPolicy } from "./policy-values.ts";

/**
 * Roles whose policy a module or construct of somebody else's makes, or a program in a language that is not read. Where
 * it is, and why it is left alone, is all that is told; the statement to add stands beside it in the plan.
 */
export const closedConstructs: Notation = {
  name: "closed-constructs",
  claims: (path, text) => kinds.some(({ ending, sign }) => ending.test(path) && sign.test(text)),
  open: () => Promise.resolve(reader),
};

interface Kind {
  readonly variant: string;
  readonly ending: RegExp;
  /** What has to stand somewhere in the file. */
  readonly sign: RegExp;
  /** Every place where such a role is made. */
  readonly made: RegExp;
  /** A name for the role in what `made` has found, or in the whole file where that is a whole file's only one. */
  readonly named: RegExp;
  readonly because: string;
}

const ending = {
  terraform: /\.tf$/,
  script: /\.[cm]?[jt]s$/,
  compiled: /\.(?:go|cs|java|kt)$/,
};

/** A module's block up to the brace at the beginning of a line, with such a source. */
const block = (source: string): RegExp =>
  new RegExp(`^module\\s+"[^"]+"\\s*\\{(?:(?!\\n\\})[^])*?\\bsource\\s*=\\s*"${source}"[^]*?\\n\\}`, "gm");

const moduleName = /^\s*(?:role_name|iam_role_name|name)\s*=\s*"([^"$]+)"/m;

const kinds: readonly Kind[] = [
  {
    // https://registry.terraform.io/modules/terraform-aws-modules/iam/aws/5.60.0/submodules/iam-github-oidc-role
    variant: "the module iam-github-oidc-role",
    ending: ending.terraform,
    sign: /iam-github-oidc-role"/,
    made: block('[^"]*//modules/iam-github-oidc-role'),
    named: moduleName,
    because:
      "the module puts `repo:` before every subject, so it cannot say Pulumi's: make a second role beside it, with the module iam-assumable-role-with-oidc and the same policies",
  },
  {
    // https://registry.terraform.io/modules/terraform-aws-modules/iam/aws/latest/submodules/iam-role
    variant: "the module iam-role",
    ending: ending.terraform,
    sign: /enable_github_oidc/,
    made: block('[^"]*//modules/iam-role'),
    named: moduleName,
    because:
      "its subjects are GitHub's alone: give it the statement as `trust_policy_permissions`, which is one argument more",
  },
  {
    // https://registry.terraform.io/modules/unfunco/oidc-github/aws/latest
    variant: "the module oidc-github",
    ending: ending.terraform,
    sign: /unfunco\/oidc-github/,
    made: block("unfunco/oidc-github/aws"),
    named: moduleName,
    because:
      "the module's subjects are GitHub's alone: make a second role beside it, or give its output `assume_role_policy` and the statement to a policy document with `source_policy_documents`",
  },
  {
    variant: "a module for GitHub's roles",
    ending: ending.terraform,
    sign: /source\s*=\s*"[^".][^"]*github[^"]*oidc/i,
    made: block('(?![^"]*(?:iam-github-oidc-role|unfunco/oidc-github))[^".][^"]*github[^"]*oidc[^"]*'),
    named: moduleName,
    because: "its policy is made in another repository's module: make a second role beside it, with the same policies",
  },
  {
    // https://github.com/pulumi/pulumi-aws-iam
    variant: "AssumableRoleWithOIDC",
    ending: ending.script,
    sign: /AssumableRoleWithOIDC/,
    made: /\bnew\s+[\w.]*AssumableRoleWithOIDC\s*\([^]*?\n\}?\)/g,
    named: /\bname:\s*["']([^"']+)["']/,
    because:
      "all its providers share its subjects and audiences, so a second one would trust every pair: make a second role beside it",
  },
  {
    // https://github.com/aripalo/aws-cdk-github-oidc
    variant: "GithubActionsRole",
    ending: ending.script,
    sign: /\bnew\s+[\w.]*Git[Hh]ubActions?Role\s*\(/,
    made: /\bnew\s+[\w.]*Git[Hh]ubActions?Role\s*\([^]*?\)\s*(?:;|\n)/g,
    named: /\broleName:\s*["']([^"']+)["']/,
    because:
      "a construct of another package makes its policy: add the statement behind it (`role.assumeRolePolicy?.addStatements` in the CDK), or make a second role beside it",
  },
  {
    variant: "a program in another language",
    ending: ending.compiled,
    sign: /token\.actions\.githubusercontent\.com|(?:WebIdentity|OpenIdConnect)Principal/,
    made: /"sts:AssumeRoleWithWebIdentity"|\bnew\s+(?:WebIdentity|OpenIdConnect)Principal\b/g,
    named: /\b[Nn]ame(?:\s*[:=]\s*|\()(?:pulumi\.String(?:Ptr)?\()?"([\w+=,.@-]+)"/,
    because: "policies that are values of Go, C# or Java are not read: add the statement by hand",
  },
];

const reader: NotationReader = {
  read(tree, path) {
    const text = tree.get(path) ?? "";
    return kinds
      .filter((kind) => kind.ending.test(path) && kind.sign.test(text))
      .flatMap((kind) => placesOf(kind, tree, path).map((place) => definitionOf(kind, place, text)));
  },
  write: () => ({ kind: "refused", reason: "it is only named there" }),
};

/** A document that is JSON text is read as such. */
function placesOf({ made }: Kind, tree: Tree, path: Path): readonly Span[] {
  const read = embeddedDocuments(tree, path).map(({ span }) => span);
  return [...(tree.get(path) ?? "").matchAll(made)]
    .filter(({ index }) => !read.some(({ start, end }) => start <= index && index < end))
    .map(({ 0: own, index }) => ({ path, start: index, end: index + own.length }));
}

function definitionOf(kind: Kind, place: Span, text: string): RoleDefinition {
  const own = text.slice(place.start, place.end);
  const { because } = kind;
  return {
    notation: "closed-constructs",
    variant: kind.variant,
    name: nameOf(kind, own, text),
    place,
    document: place,
    policy: unreadPolicy(because, `${own}: token.actions.githubusercontent.com`),
    statements: [place],
    home: undefined,
    obstacle: { gap: "unsupported", because },
    told: false,
  };
}

/** In the block itself; of a program whose roles are not told apart, the file's only name. */
function nameOf({ named, ending: of }: Kind, own: string, text: string): RoleName {
  const inside = named.exec(own)?.[1];
  if (inside !== undefined) return { kind: "named", name: [inside] };
  if (of !== ending.compiled) return { kind: "untold" };
  const [only, ...others] = new Set([...text.matchAll(new RegExp(named, "g"))].map(([, name]) => name ?? ""));
  return only === undefined || others.length > 0 ? { kind: "untold" } : { kind: "named", name: [only] };
}
