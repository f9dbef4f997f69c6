import { apply, byText, escaped, location, type Path } from "@gha2pulumi/repo";
import { configurationKeys } from "@gha2pulumi/deployments";
import { secretUses, type SecretUse } from "../secrets/secret-uses.ts";
import { ownTokenNote } from "../preparation.ts";
import type { Intent } from "../intents.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedSecret } from "./plan-document.ts";

/** Secrets of the workflows that change: which go into configuration, which nothing needs any more, which stay. */
export function plannedSecrets({ plan, changes, world }: Outcome): readonly PlannedSecret[] {
  const touched = new Set([
    ...changes.filter((change) => change.kind !== "create").map((change) => change.path),
    // Of operations that go, what they read stands also in files that do not change: a workflow that is called.
    ...plan.decisions.flatMap(({ intent, disposition }) =>
      (disposition === "move" || disposition === "call") && intent.occurrences[0].operates.called === undefined
        ? filesOf(intent)
        : [],
    ),
  ]);
  if (touched.size === 0) return [];
  const before = secretUses(world.tree);
  const changed = apply(world.tree, changes);
  const after = secretUses(changed);
  // A program that is made anew is a project of the name of its folder.
  const project = world.projects.get(world.program === "" ? "." : world.program)?.name ?? "deployment-settings";
  const configured = configurationKeys(plan.settings, world.language).map(({ piece, key }) => ({
    ...ownedBy(piece.config),
    key: `${project}:${key}`,
  }));
  const names = new Map<string, string>();
  for (const { name } of [...touched].flatMap((path) => before.get(path) ?? []))
    if (name !== undefined && !names.has(upper(name))) names.set(upper(name), name);
  names.delete("GITHUB_TOKEN");
  // What takes the place of the run's own token is read by no workflow under its name.
  const invented = new Set(
    plan.decisions
      .flatMap(({ intent }) => intent.occurrences.flatMap((one) => [...one.environment.values()]))
      .flatMap(({ text }) =>
        text.flatMap((piece) => (typeof piece !== "string" && piece.note === ownTokenNote ? piece.names : [])),
      )
      .map((path) => upper(path.slice("secrets.".length)))
      .filter((name) => configured.some((one) => upper(one.name) === name)),
  );
  for (const name of invented) names.set(name, name);
  return [...names.values()]
    .map((name): PlannedSecret => {
      const uses = [...before].flatMap(([, all]) => all.filter((use) => isNamed(use, name)));
      const readers = [...after].filter(([, all]) => all.some((use) => isNamed(use, name))).map(([path]) => path);
      const guessers = [...after].filter(([, all]) => all.some((use) => use.name === undefined)).map(([path]) => path);
      return {
        name,
        usedBy: [...new Set([...uses.map(({ at }) => at.path), ...guessers])].sort(byText),
        places: [...new Set(uses.map(({ at }) => location(world.tree, at)))],
        environments: [...new Set(uses.flatMap(({ environment }) => environment ?? []))].sort(byText),
        config: configured
          .filter((one) => upper(one.name) === upper(name))
          .map(({ key, environment }) => ({ key, environment })),
        ...(invented.has(name)
          ? { goes: "config" as const, note: ownTokenNote }
          : whereItGoes(
              configured.some((one) => upper(one.name) === upper(name)),
              readers,
              guessers.filter((path) => !readers.includes(path)),
              new Set(readers.filter((path) => touched.has(path) && isOnlyToken(name, changed.get(path) ?? ""))),
            )),
      };
    })
    .sort((a, b) => byText(a.name, b.name));
}

/** Whether a workflow gives this secret to its steps as the token of Pulumi Cloud, and names Pulumi nowhere else. */
function isOnlyToken(name: string, text: string): boolean {
  if (!new RegExp(`\\bPULUMI_ACCESS_TOKEN["']?\\s*:.*\\bsecrets\\.${escaped(name)}(?![\\w-])`, "i").test(text))
    return false;
  // A workflow that is called may be the one that uses it.
  if (/\buses\s*:\s*["']?\.\//.test(text)) return false;
  const [first, ...rest] = text.split("PULUMI_ACCESS_TOKEN");
  return rest.length > 0 && ![first, ...rest].some((part) => /pulumi/i.test(part ?? ""));
}

/** Where an operation is written: its workflow, the workflows and scripts on the way to it, what logs it in. */
function filesOf({ workflow, occurrences }: Intent): readonly Path[] {
  const trails = occurrences.flatMap((one) => [one.operates.from, ...one.identities.map(({ from }) => from)]);
  return [workflow.path, ...trails.flat().map(({ path }) => path)];
}

function whereItGoes(
  isConfigured: boolean,
  readers: readonly Path[],
  guessers: readonly Path[],
  idle: ReadonlySet<Path>,
): Pick<PlannedSecret, "goes" | "note"> {
  const still = [
    ...(readers.length > 0 ? [`${readers.join(", ")} still reads it`] : []),
    ...(idle.size > 0
      ? [`nothing else in ${[...idle].join(", ")} names Pulumi: its line can go if no script there uses it`]
      : []),
    ...(guessers.length > 0 ? [`${guessers.join(", ")} may read any secret`] : []),
  ].join("; ");
  if (isConfigured) return { goes: "config", note: still || "becomes configuration of the settings program" };
  if (still !== "") return { goes: "stays", note: still };
  return { goes: "retire", note: "nothing reads it once the change is merged and the deployments work" };
}

/** The secret or variable that a configuration name stands for, and the GitHub environment it is taken from. */
function ownedBy(config: string): { readonly name: string; readonly environment: string | null } {
  // Names of secrets have no dots; names of environments may.
  const cut = config.lastIndexOf(".");
  return { name: config.slice(cut + 1), environment: cut < 0 ? null : config.slice(0, cut) };
}

function isNamed(use: SecretUse, name: string): boolean {
  return use.name !== undefined && upper(use.name) === upper(name);
}

function upper(name: string): string {
  return name.toUpperCase();
}
