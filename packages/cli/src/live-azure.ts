import { jsonField, type Json } from "@gha2pulumi/repo";
import { askProgram, type Asked } from "./ask-program.ts";

/**
 * The federated credentials of a client id, from the person's own `az`: those of an application, or else of a managed
 * identity of the chosen subscription, which has no application.
 * https://learn.microsoft.com/cli/azure/ad/app/federated-credential, https://learn.microsoft.com/cli/azure/identity/federated-credential
 */
export async function liveAzure(client: string): Promise<Asked> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(client))
    return failed("no file tells its client id, so it cannot be looked up");
  const found = await az("ad", "app", "federated-credential", "list", "--id", client);
  if (found.kind === "answer") return credentialsIn(found.value);
  const identities = await az("identity", "list");
  const own = identities.kind === "answer" ? identityOf(identities.value, client) : undefined;
  if (own === undefined) return found;
  const names = ["--identity-name", own.name, "--resource-group", own.group];
  const listed = await az("identity", "federated-credential", "list", ...names);
  return listed.kind === "answer" ? credentialsIn(listed.value) : listed;
}

function credentialsIn(value: Json): Asked {
  const isOne = (one: Json): boolean => ["name", "issuer"].every((key) => typeof jsonField(one, key) === "string");
  return Array.isArray(value) && value.every(isOne)
    ? { kind: "answer", value }
    : failed("az gave no list of federated credentials");
}

/** Names of identities and groups begin with a letter or a digit, groups' also otherwise: none is taken for a flag. */
function identityOf(list: Json, client: string): { readonly name: string; readonly group: string } | undefined {
  for (const one of Array.isArray(list) ? (list as readonly Json[]) : []) {
    const [id, name, group] = ["clientId", "name", "resourceGroup"].map((key) => jsonField(one, key));
    if (typeof id !== "string" || id.toLowerCase() !== client.toLowerCase()) continue;
    if (typeof name === "string" && typeof group === "string" && /^\w/.test(name) && /^[\w(]/.test(group))
      return { name, group };
  }
  return undefined;
}

async function az(...words: readonly string[]): Promise<Asked> {
  return await askProgram("az", [...words, "--output", "json"]);
}

function failed(because: string): Asked {
  return { kind: "failed", because };
}
