import { listItems, mapEntries, readYaml, type Path, type YamlEntry, type YamlNode } from "@gha2pulumi/repo";
import { together, type NamesFound } from "./named-check.ts";

/**
 * The checks that settings and rulesets in files require, wherever in the file the rule stands: a branch's protection
 * has `required_status_checks` with `contexts` or `checks`, a ruleset a list of the same name, and
 * `sync-repo-settings` has `requiredStatusCheckContexts`.
 * https://docs.github.com/rest/branches/branch-protection#update-branch-protection,
 * https://docs.github.com/rest/repos/rules#create-a-repository-ruleset,
 * https://github.com/googleapis/repo-automation-bots/tree/main/packages/sync-repo-settings
 */
export function rulesInSettings(path: Path, text: string): NamesFound {
  const inherits = /^["']?_extends["']?[^\S\n]*:/m.test(text);
  if (!rule.test(text) && !inherits) return nothing;
  const { root, problems } = readYaml(path, text);
  if (root === undefined || problems.some(({ code }) => code === "several-documents"))
    return unread(problems[0]?.message ?? "it is empty", { path, start: 0, end: 0 });
  const base = mapEntries(root).find(({ key }) => key === "_extends");
  return together([
    rulesIn(root),
    base === undefined ? nothing : unread("it goes on in another repository", base.keySpan),
  ]);
}

const rule = /required_?status_?checks?(?:_?contexts)?\b/i;
const nothing: NamesFound = { checks: [], unread: [] };

function unread(because: string, from: YamlNode["span"]): NamesFound {
  return { checks: [], unread: [{ because, from }] };
}

function rulesIn(node: YamlNode): NamesFound {
  if (node.kind === "list") return together(node.items.map(rulesIn));
  // A ruleset that is off requires nothing. https://docs.github.com/rest/repos/rules#create-a-repository-ruleset
  const isOff = mapEntries(node).some(
    ({ key, value }) => key === "enforcement" && value.kind === "scalar" && value.text === "disabled",
  );
  return isOff ? nothing : together(mapEntries(node).map(ofEntry));
}

function ofEntry({ key, value }: YamlEntry): NamesFound {
  switch (key) {
    case "required_status_checks":
      return value.kind === "map" ? ofProtection(value) : contexts(value);
    case "requiredStatusCheckContexts":
      return contexts(value);
    default:
      return rulesIn(value);
  }
}

/** `contexts` and `checks` of a branch's protection; `parameters` of a rule has the key once more. */
function ofProtection(node: YamlNode): NamesFound {
  const own = mapEntries(node).filter(({ key }) => key === "contexts" || key === "checks");
  return own.length > 0 ? together(own.map(({ value }) => contexts(value))) : rulesIn(node);
}

/** Names, or objects that have one as `context`; a single one counts too. */
function contexts(node: YamlNode): NamesFound {
  if (node.kind === "null") return nothing;
  const items = node.kind === "list" ? listItems(node) : [node];
  return together(
    items.map((item): NamesFound => {
      const name = item.kind === "map" ? item.entries.find(({ key }) => key === "context")?.value : item;
      // A template is filled in by whoever puts it into force.
      if (name?.kind !== "scalar" || /\$\{|\{\{/.test(name.text))
        return unread("a check in it has no plain name", item.span);
      return { checks: [{ kind: "name", text: name.text, how: "requires", from: name.span }], unread: [] };
    }),
  );
}
