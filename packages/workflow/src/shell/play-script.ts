import { rememberedBy } from "@gha2pulumi/repo";
import type { ScriptPlay, ScriptScope } from "./frame.ts";
import { nameIn } from "./given.ts";
import { runScript } from "./run-script.ts";
import { variablesIn } from "./variables-in.ts";

/** Plays a bash script without running anything: which programs it calls, where, with which words. */
export function playScript(script: string, scope: ScriptScope): ScriptPlay {
  const isNamed = variablesIn(script);
  const environment = new Map([...scope.environment].filter(([name]) => isNamed(nameIn(name))));
  return playOnce({ ...scope, script, environment });
}

interface Question extends ScriptScope {
  readonly script: string;
}

/** Jobs, cells and events play the same script again and again, and most of them with the same values in it. */
const playOnce = rememberedBy(
  5000,
  ({ script, directory, environment, expressions, told }: Question) =>
    `${script}\n${JSON.stringify([directory, [...environment], expressions, [...told]])}`,
  ({ script, ...scope }) => runScript(script, scope),
);
