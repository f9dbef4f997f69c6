import { literal, textOf, written, type Bound, type Text } from "@gha2pulumi/repo";
import { joinPath, withoutGiven, workspaceFolder, type Command } from "@gha2pulumi/workflow";
import type { Identity, Reason } from "../intent.ts";
import type { Unwrapper } from "../unwrapper.ts";
import { unreadable } from "./template.ts";

type Run = Command & { readonly kind: "run" };

/** `docker.io/pulumi/pulumi-nodejs:3.200.0`, also from the two other registries the images are published to. */
const pulumiImage = /^(?:(?:docker\.io|ghcr\.io|public\.ecr\.aws)\/)?pulumi\/pulumi(-[a-z0-9-]+)?(?:[:@].*)?$/;

const switches =
  /^(?:--(?:rm|tty|interactive|init|privileged|detach|read-only|no-healthcheck|quiet)|-[itd]+|-[itd]*q)$/;

/**
 * `docker run pulumi/pulumi …`: https://www.pulumi.com/docs/iac/operations/docker-images/. The image with all languages
 * has `pulumi` as its entry point and starts in `/pulumi/projects`; the others run the words they are given. A
 * container sees only the variables and folders it is handed; one from elsewhere is held, for what it holds is unknown.
 */
export const dockerRun: Unwrapper = {
  name: "docker-run",
  unwrap(command) {
    if (command.kind !== "run") return undefined;
    const call = dockerCall(command);
    const inside = call && wordsInside(call);
    if (!call || !inside) return undefined;
    const { environment: handed, identities } = environmentInside(command, call);
    const environment = withoutGiven(handed, { text: [], from: command.from });
    const directory = folderInside(command, call);
    const official = pulumiImage.test(literal(call.image) ?? "");
    const message = `it runs in the container \`${written(call.image)}\``;
    const reasons: readonly Reason[] = official ? [] : [{ code: "GP226", message, from: command.from }];
    return { commands: [{ ...command, words: inside, environment, directory }], identities, reasons };
  },
};

interface DockerCall {
  readonly image: Text;
  readonly words: readonly Text[];
  /** Flags with their values, in the order they stand. */
  readonly flags: readonly (readonly [string, Text])[];
}

function dockerCall({ words }: Run): DockerCall | undefined {
  const [program, verb, third] = words.map((word) => literal(word));
  if ((program !== "docker" && program !== "podman") || !(verb === "run" || (verb === "container" && third === "run")))
    return undefined;
  const flags: (readonly [string, Text])[] = [];
  let at = verb === "run" ? 2 : 3;
  for (; at < words.length; at++) {
    const word = words[at] ?? [];
    const head = typeof word[0] === "string" ? word[0] : "";
    if (!head.startsWith("-")) break;
    const found = /^(--[a-z-]+)=|^(-[evw])(?=\w)/.exec(head);
    if (found) flags.push([found[1] ?? long(found[2] ?? ""), textOf(head.slice(found[0].length), word.slice(1))]);
    else if (!switches.test(head)) flags.push([long(head), words[++at] ?? []]);
  }
  const image = words[at];
  return image && { image, words: words.slice(at + 1), flags };
}

function long(flag: string): string {
  const names: Readonly<Record<string, string>> = { "-e": "--env", "-v": "--volume", "-w": "--workdir" };
  return names[flag] ?? flag;
}

/** The program that runs and its words: those behind the image, with the entry point in front. */
function wordsInside({ image, words, flags }: DockerCall): readonly Text[] | undefined {
  const entryPoint = flags.findLast(([name]) => name === "--entrypoint")?.[1];
  const found = pulumiImage.exec(literal(image) ?? "");
  const isPulumi = /^(?:pulumi|(?:.*\/)?(?:ba)?sh)$/.test(literal(words[0] ?? []) ?? "");
  if (entryPoint && entryPoint.length > 0) return [entryPoint, ...words];
  if (!entryPoint && found && found[1] === undefined && !isPulumi) return [["pulumi"], ...words];
  return words.length > 0 && (found || isPulumi) ? words : undefined;
}

/** `-e NAME` hands a variable through, `-e NAME=value` sets one; a file of variables is not read. */
function environmentInside(
  command: Run,
  { flags }: DockerCall,
): { readonly environment: ReadonlyMap<string, Bound>; readonly identities: readonly Identity[] } {
  const environment = new Map<string, Bound>();
  const foreign: string[] = [];
  for (const [name, value] of flags) {
    const head = typeof value[0] === "string" ? value[0] : "";
    const assigned = /^(\w+)=/.exec(head);
    const passed = command.environment.get(head);
    if (name === "--env" && assigned?.[1])
      environment.set(assigned[1], {
        text: textOf(head.slice(assigned[0].length), value.slice(1)),
        from: command.from,
      });
    else if (name === "--env" && passed && value.length === 1) environment.set(head, passed);
    else if (name === "--env") environment.set(head, { text: [unreadable(`env.${head}`)], from: command.from });
    else if (name === "--env-file") foreign.push(`--env-file ${written(value)}`);
  }
  for (const { source, name } of mounts(flags)) {
    if (hostFolder(command, source) === undefined) foreign.push(`${name} ${written(source)}`);
  }
  const identities = foreign.slice(0, 1).map((one): Identity => {
    const role = [`docker run ${one}`];
    return { kind: "fetched", role, details: new Map(), carriers: [], from: command.from };
  });
  return { environment, identities };
}

interface Mount {
  readonly name: string;
  readonly source: Text;
  readonly target: string;
}

/** `-v source:target:ro` and `--mount type=bind,source=…,target=…`. */
function mounts(flags: DockerCall["flags"]): readonly Mount[] {
  return flags.flatMap(([name, value]): readonly Mount[] => {
    const last = value.at(-1);
    if (name === "--volume" && typeof last === "string") {
      const found = /^([^:]*):([^:]*)(?::\w+)?$/.exec(last);
      return found
        ? [{ name: "-v", source: textOf(...value.slice(0, -1), found[1] ?? ""), target: found[2] ?? "" }]
        : [];
    }
    if (name !== "--mount") return [];
    const source = part(value, /(?:^|,)(?:source|src)=/);
    const target = literal(part(value, /(?:^|,)(?:target|dst|destination)=/) ?? []);
    return source && target !== undefined ? [{ name, source, target }] : [];
  });
}

/** The value of one key of `--mount`, up to the next comma. */
function part(value: Text, key: RegExp): Text | undefined {
  const at = value.findIndex((piece) => typeof piece === "string" && key.test(piece));
  if (at < 0) return undefined;
  const result: (string | Text)[] = [];
  for (const [i, piece] of value.slice(at).entries()) {
    if (typeof piece !== "string") {
      result.push([piece]);
      continue;
    }
    const text = i === 0 ? piece.replace(new RegExp(`^.*?${key.source}`), "") : piece;
    const [before = ""] = text.split(",", 1);
    result.push(before);
    if (text.includes(",")) break;
  }
  return textOf(...result);
}

/** The folder of the repository a mounted folder is; `undefined` for one from outside of it. */
function hostFolder(command: Run, source: Text): Text | undefined {
  const [first, second] = source;
  if (typeof first === "string") {
    const inside =
      /^\.{1,2}(?:\/|$)/.test(first) || first === workspaceFolder || first.startsWith(`${workspaceFolder}/`);
    return inside ? joinPath(command.directory, source) : undefined;
  }
  if (source.length > 2 || (second !== undefined && typeof second !== "string")) return undefined;
  const below = `.${second ?? ""}`;
  if (first?.expression === "github.workspace") return joinPath(["."], [below]);
  const isHere = first !== undefined && /^(?:env\.PWD|\$PWD|\$\(pwd\b.*\)|`pwd`)$/.test(first.expression);
  return isHere ? joinPath(command.directory, [below]) : undefined;
}

/** Where the program runs, as a folder of the repository: the deepest mount that holds the container's folder. */
function folderInside(command: Run, { flags, image }: DockerCall): Text {
  const given = flags.findLast(([name]) => name === "--workdir")?.[1];
  const start = pulumiImage.test(literal(image) ?? "") ? "/pulumi/projects" : undefined;
  const folder = given ? literal(given) : start;
  const unknown: Text = [unreadable(`docker run -w ${given ? written(given) : ""}`, "a folder of a container")];
  if (folder === undefined) return unknown;
  const holds = ({ target }: Mount): boolean => folder === target || folder.startsWith(`${target.replace(/\/$/, "")}/`);
  const [deepest] = mounts(flags)
    .filter(holds)
    .sort((a, b) => b.target.length - a.target.length);
  const host = deepest && hostFolder(command, deepest.source);
  return host && deepest ? joinPath(host, [`./${folder.slice(deepest.target.length)}`]) : unknown;
}
