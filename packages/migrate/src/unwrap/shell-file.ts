import { literal } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import { callFile } from "../call/call-script.ts";
import { folderPath } from "../folder.ts";
import { plain, type Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";

const setsSomething =
  /^[^\S\n]*(export\s+)?[A-Za-z_]\w*\+?=|^[^\S\n]*(export|cd|pushd|set|alias|declare|typeset|unset)\b/m;

/** `./scripts/deploy.sh`, `bash scripts/deploy.sh`, `source deploy.sh`: a shell file of the repository. */
export const shellFile: Unwrapper = {
  name: "shell-file",
  unwrap(command, tree) {
    if (command.kind !== "run") return undefined;
    const words = command.words.map((word) => literal(word) ?? "");
    const interpreted = /^(?:\/bin\/|\/usr\/bin\/)?(?:ba|z|da)?sh$|^source$|^\.$/.test(words[0] ?? "");
    const at = interpreted ? words.findIndex((word, i) => i > 0 && word !== "" && !word.startsWith("-")) : 0;
    const file = words[at];
    if (file === undefined || at < 0 || !(interpreted || file.includes("/"))) return undefined;
    const path = folderPath(joinPath(command.directory, [file]));
    const text = path === undefined ? undefined : tree.get(path);
    // The script of the call steps is an operation, not a wrapper around one.
    if (path === callFile) return undefined;
    if (path === undefined || text === undefined || (!path.endsWith(".sh") && !/^#!.*\b(ba|z|da)?sh\b/.test(text)))
      return undefined;
    // What it sets or where it goes stays with the script that reads it in, which is not followed.
    if (/^(source|\.)$/.test(words[0] ?? "") && setsSomething.test(text)) return undefined;
    const environment = new Map(command.environment);
    // What is read in has the name of the script around it.
    if (/^(source|\.)$/.test(words[0] ?? "")) environment.delete("0");
    else environment.set("0", { text: [file], from: command.from });
    command.words
      .slice(at + 1)
      .forEach((word, i) => environment.set(String(i + 1), { text: word, from: command.from }));
    return plain(
      insideScript({ ...command, environment }, text, command.directory, (start, end) => ({ path, start, end })),
    );
  },
};
