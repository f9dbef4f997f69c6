import { parserOf, type Path, type SyntaxTree, type Tree } from "@gha2pulumi/repo";
import { pulumiIssuer } from "../claims.ts";
import type { Notation, NotationReader } from "../notation.ts";
import { editBlocks } from "./hcl-blocks.ts";
import { readHcl, type ParsedHcl } from "./hcl-program.ts";
import { rolesOf, type ProgramSite } from "./program-roles.ts";
import { arnsIn, hostTurned, writeProgram, type Language } from "./program-write.ts";
import type { Spelling } from "./statement-code.ts";

/**
 * Roles of Terraform configurations.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role
 */
export const terraform: Notation = {
  name: "terraform",
  claims: (path, text) => path.endsWith(".tf") && /aws_iam_(?:role|policy_document)/.test(text),
  open: async (grammars) => {
    if (grammars === undefined) return undefined;
    return readerWith(await parserOf(grammars.engine, grammars.hcl));
  },
};

type Parse = (text: string) => SyntaxTree;

function readerWith(parse: Parse): NotationReader {
  return {
    read: (tree, path) => sitesIn(tree, path, parse).map(({ definition }) => definition),
    write(definition, after, tree) {
      const { place } = definition;
      const site = sitesIn(tree, place.path, parse).find(
        ({ definition: { place: own } }) => own.path === place.path && own.start === place.start,
      );
      if (site === undefined) return { kind: "refused", reason: `${place.path} does not make the role any more` };
      const text = tree.get(site.path) ?? "";
      if (site.words !== "data") return writeProgram(site, after, hcl, text);
      const arn = arnsIn(site, hcl, text, '"');
      const code = (value: string): string | undefined => {
        const made = arn(value);
        return made?.kind === "source" ? made.source : undefined;
      };
      const { policy, statements } = site.read;
      return editBlocks({ text, before: policy, statements, arn: code, quoted }, after);
    },
  };
}

function sitesIn(tree: Tree, path: Path, parse: Parse): readonly ProgramSite[] {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const own = [...tree].filter(([at]) => at.endsWith(".tf") && at.slice(0, at.lastIndexOf("/") + 1) === folder);
  const files = own.map(([at, text]): ParsedHcl => ({ path: at, text, tree: parse(text) }));
  return rolesOf(readHcl(path, files), {
    notation: "terraform",
    documentCall: "aws_iam_policy_document",
    policyArguments: ["assume_role_policy"],
    role: /^aws_iam_role$/,
    file: () => undefined,
    text: (at) => tree.get(at),
  });
}

const hcl: Language = {
  style: { padded: true, separator: "", trailing: true, aligned: true, comment: /#|\/\/|\/\*/, deeperJoin: true },
  spelling: (around) => spellingOf(around),
  hole: { open: "${", close: "}", quote: '"' },
  turned(written, { host, quote }) {
    const own = hostTurned(written, host);
    if (own !== undefined) return own;
    if (/:oidc-provider\/\$\{[^{}]*\}"$/.test(written)) return written.replace(/\$\{[^{}]*\}"$/, `${pulumiIssuer}"`);
    if (!/^[\w.[\]"-]+$/.test(written)) return undefined;
    return `replace(${written}, ${quote}${host}${quote}, ${quote}${pulumiIssuer}${quote})`;
  },
  // Statements in these words are blocks, which are written as such.
  data: (statement) => {
    throw new Error(`the statement ${statement.sid ?? ""} is no block`);
  },
};

function quoted(value: string): string {
  return JSON.stringify(value).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

function spellingOf(around: string): Omit<Spelling, "arn"> {
  const bare = !/"(?:Effect|Action)"\s*[=:]/.test(around);
  const colons = /"?\b(?:Effect|Action)"?\s*:/.test(around);
  return {
    key: (name) => (bare && /^[A-Za-z]+$/.test(name) ? name : quoted(name)),
    text: quoted,
    between: colons ? ": " : " = ",
  };
}
