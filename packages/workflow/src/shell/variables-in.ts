import { remembered } from "@gha2pulumi/repo";

/** `unset $NAME`, `declare "$NAME=…"`: which variable is meant is not to be read from the script. */
const anyOfThem = /\b(?:unset|declare|local|readonly|typeset)\b[^\n;&|]*?\s[^\s=;&|]*\$/;

/** Whether a script may read or change a variable: every name it can mean stands in it, or any may be meant. */
export const variablesIn: (script: string) => (name: string) => boolean = remembered(2000, (script) => {
  if (anyOfThem.test(script.replace(/\\\n/g, " "))) return () => true;
  const words = new Set(script.match(/\w+/g));
  return (name) => words.has(name) || (name === "0" && words.has("BASH_SOURCE"));
});
