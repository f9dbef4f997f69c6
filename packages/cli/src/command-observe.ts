import { answersFile } from "@gha2pulumi/repo";
import { surroundingsOf } from "./analyse.ts";
import { readFolder } from "./disk.ts";
import { loadEngine } from "./engine.ts";
import type { ExitCode } from "./exit.ts";
import { observeRepository } from "./github-observed.ts";
import { gitHubReading, repositoryIn } from "./github-reading.ts";
import type { InFolder, ObserveOptions } from "./options.ts";

/** `observe`: what GitHub tells and no file does, as answers for `gha2pulumi.yaml`; only reads, and writes nothing. */
export async function observe(options: InFolder<ObserveOptions>): Promise<ExitCode> {
  const gitHub = gitHubReading();
  const folder = await readFolder(options.folder, { include: [], exclude: [] });
  const repository = repositoryIn(await surroundingsOf(folder, options.answer, []));
  const { answers, unseen } = await observeRepository(gitHub, repository, await loadEngine());
  if (options.format === "json")
    process.stdout.write(`${JSON.stringify({ answers: Object.fromEntries(answers), unseen }, null, 2)}\n`);
  else {
    const { stringify } = await import("yaml");
    process.stdout.write(stringify({ answers: Object.fromEntries(answers) }, { lineWidth: 0 }));
    const hidden = unseen.length === 0 ? "" : `GitHub does not show this token all of it: ${unseen.join(", ")}\n`;
    process.stderr.write(
      `${hidden}put these lines into ${answersFile}; what stands there goes before what is observed\n`,
    );
  }
  return 0;
}
