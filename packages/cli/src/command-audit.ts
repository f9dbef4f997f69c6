import type { AuditedRepository } from "@gha2pulumi/migrate";
import { analyse } from "./analyse.ts";
import { presentAudit } from "./audit-output.ts";
import { repositoriesIn, type FoundRepository } from "./disk-repositories.ts";
import { loadEngine } from "./engine.ts";
import type { ExitCode } from "./exit.ts";
import { Fault, reasonOf } from "./fault.ts";
import { givenBy } from "./forecast-given.ts";
import type { AuditOptions } from "./options.ts";
import { barOn, silent } from "./progress.ts";

/** `audit`: the plans of many repositories in one table. A repository without a plan is a row that says why. */
export async function audit(folders: readonly string[], options: AuditOptions): Promise<ExitCode> {
  const found = repositoriesIn(folders);
  if (found.length === 0) {
    throw new Fault(
      undefined,
      `there is no repository in ${folders.join(", ")}`,
      "give folders with repositories in them",
    );
  }
  const given = givenBy(options);
  const bar = barOn(process.stderr, found.length);
  const rows: AuditedRepository[] = [];
  for (const one of found) {
    bar.step(one.name);
    rows.push(await audited(one, options));
  }
  bar.end();
  const engine = await loadEngine();
  const result = engine.auditOf(rows, given);
  await presentAudit(result, engine, options);
  if (rows.some(({ failure }) => failure !== null)) return 20;
  return rows.some(({ operations }) => operations.length > 0) ? 0 : 3;
}

async function audited({ name, folder }: FoundRepository, { exclude }: AuditOptions): Promise<AuditedRepository> {
  try {
    const { document, engine } = await analyse({ folder, answer: [], include: [], exclude }, silent);
    return engine.auditedRepository(name, document);
  } catch (error) {
    const failure = error instanceof Fault ? error.message : `a defect of gha2pulumi: ${reasonOf(error)}`;
    return (await loadEngine()).failedRepository(name, failure);
  }
}
