import { listItems, mapEntries, readYaml, type Path, type YamlNode } from "@gha2pulumi/repo";
import { together, type NamesFound } from "./named-check.ts";
import { isFoundIn } from "./search-pattern.ts";

/**
 * The checks that Mergify's conditions ask for: `check-success = NAME`, `check-success ~= EXPRESSION`, `status-success`
 * as it was called before, and those for other outcomes. A condition that asks for the lack of a failure counts as well:
 * without the check it would always hold. https://docs.mergify.com/configuration/conditions/
 */
export function rulesOfMergify(path: Path, text: string): NamesFound {
  if (!/\b(?:check|status)-|^extends:/m.test(text)) return { checks: [], unread: [] };
  const { root, problems } = readYaml(path, text);
  if (root === undefined)
    return {
      checks: [],
      unread: [{ because: problems[0]?.message ?? "it is empty", from: { path, start: 0, end: 0 } }],
    };
  const base = mapEntries(root).find(({ key }) => key === "extends");
  const more = base === undefined ? [] : [{ because: "it goes on in another repository", from: base.keySpan }];
  return together([conditionsIn(root), { checks: [], unread: more }]);
}

/** A name of a check ends at 100 signs. */
const longest = 500;
const condition = /^-?\s*(?:check|status)-[a-z-]{1,60}\s*(~=|[!=]?=|≠|:)(.*)$/s;

/** Conditions stand in lists, at any depth of `and`, `or` and `not`. */
function conditionsIn(node: YamlNode): NamesFound {
  switch (node.kind) {
    case "list":
      return together(listItems(node).map(conditionsIn));
    case "map":
      return together(mapEntries(node).map(({ value }) => conditionsIn(value)));
    case "null":
      return { checks: [], unread: [] };
    case "scalar":
      return ofText(node.text.length > longest ? "" : node.text.trim(), node.span);
  }
}

function ofText(text: string, from: YamlNode["span"]): NamesFound {
  const [, operator, right = ""] = condition.exec(text) ?? [];
  if (operator === undefined) return { checks: [], unread: [] };
  const value = withoutQuotes(right.trim());
  if (value.includes("{{")) return { checks: [], unread: [{ because: "a check in it has no plain name", from }] };
  const isPattern = operator === "~=";
  if (isPattern && isFoundIn(value, [""]) === undefined)
    return { checks: [], unread: [{ because: "a regular expression for checks in it is not one that is read", from }] };
  // `@github-actions/deploy` says whose check is meant.
  const name = isPattern ? value : value.replace(/^@[\w-]{1,60}\//, "");
  return { checks: [{ kind: isPattern ? "pattern" : "name", text: name, how: "asks for", from }], unread: [] };
}

function withoutQuotes(text: string): string {
  const [first, last] = [text[0], text.at(-1)];
  return text.length > 1 && first === last && (first === '"' || first === "'") ? text.slice(1, -1) : text;
}
