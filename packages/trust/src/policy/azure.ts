import { byText } from "@gha2pulumi/repo";
import type { AzureCredential, AzureRule, Json } from "../rule.ts";
import { elements, objectOf, textList, textOf, type ReadRule } from "./json.ts";

/** An identity's rule from what `az ad app federated-credential list` or `az identity federated-credential list` prints. */
export function readAzure(list: Json): ReadRule<AzureRule> {
  const read = elements(list)?.map(readCredential);
  if (read === undefined || read.includes(undefined)) {
    return { kind: "unread", because: "the federated credentials are not as az prints them" };
  }
  return { kind: "azure", credentials: read.flatMap((one) => one ?? []) };
}

function readCredential(json: Json): AzureCredential | undefined {
  const credential = objectOf(json);
  const [name, issuer, subject] = ["name", "issuer", "subject"].map((key) => textOf(credential?.[key]));
  const audiences = textList(credential?.["audiences"]);
  const flexible = objectOf(credential?.["claimsMatchingExpression"]);
  const expression = textOf(flexible?.["value"]);
  if (name === undefined || issuer === undefined || audiences === undefined) return undefined;
  if (expression !== undefined) return { name, issuer, audiences, matching: { kind: "expression", expression } };
  return subject === undefined ? undefined : { name, issuer, audiences, matching: { kind: "subject", subject } };
}

/** The rule as a JSON value in az's words, ordered by name. */
export function azureJson({ credentials }: AzureRule): Json {
  return [...credentials]
    .sort((a, b) => byText(a.name, b.name))
    .map(({ name, issuer, audiences, matching }) => ({
      name,
      issuer,
      ...(matching.kind === "subject"
        ? { subject: matching.subject }
        : { claimsMatchingExpression: { languageVersion: 1, value: matching.expression } }),
      audiences,
    }));
}

/** The rule as the text of a file. */
export function printAzure(rule: AzureRule): string {
  return `${JSON.stringify(azureJson(rule), null, 2)}\n`;
}
