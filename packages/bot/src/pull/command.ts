import { markdownCode, markdownProse, type Explanation } from "@gha2pulumi/migrate";

/** What somebody asks for in a comment. `unknown` is addressed to us, and means nothing to us. */
export type Command =
  | { readonly kind: "rebase" | "recreate" | "stop" }
  | { readonly kind: "explain"; readonly code: string }
  | { readonly kind: "unknown"; readonly text: string };

const mark = "/gha2pulumi";
const longestEcho = 60;

/**
 * The first command of a comment, `undefined` where it has none. A command is a whole line that begins with the mark;
 * in code, in a quotation, in HTML and in the middle of a line it is only talked about. Who may ask is not judged here.
 */
export function readCommand(comment: string): Command | undefined {
  const line = spokenLines(comment).find((one) => new RegExp(`^${mark}(?:\\s|$)`, "i").test(one));
  return line === undefined ? undefined : commandOf(line.slice(mark.length).trim());
}

function commandOf(text: string): Command {
  const [word = "", argument, ...more] = text.split(/\s+/);
  const kind = word.toLowerCase();
  if ((kind === "rebase" || kind === "recreate" || kind === "stop") && argument === undefined) return { kind };
  if (kind === "explain" && more.length === 0 && argument !== undefined && /^gp\d{3}$/i.test(argument))
    return { kind, code: argument.toUpperCase() };
  return { kind: "unknown", text: Array.from(text).slice(0, longestEcho).join("") };
}

/**
 * The lines of a comment that speak for themselves: https://github.github.com/gfm/. Where it is not plain whether a line
 * is code or quoted, it is taken for that: to miss a command costs a second comment.
 */
function spokenLines(comment: string): readonly string[] {
  const spoken: string[] = [];
  let fence = "";
  let isQuoted = false;
  let backticks = 0;
  let open = "";
  for (const line of comment.split(/\r\n|\r|\n/)) {
    const [, run = "", rest = ""] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (fence !== "") {
      if (run.startsWith(fence) && rest.trim() === "") fence = "";
      continue;
    }
    if (open !== "") {
      if (line.toLowerCase().includes(open)) open = "";
      continue;
    }
    if (run !== "") {
      fence = run;
      continue;
    }
    if (line.trim() === "") {
      isQuoted = false;
      backticks = 0;
      continue;
    }
    // A line behind a quoted one goes on with it, until a blank line.
    if (/^ {0,3}>/.test(line)) isQuoted = true;
    if (!isQuoted && backticks % 2 === 0) spoken.push(line);
    backticks += line.split("`").length - 1;
    open = unclosed(line.toLowerCase());
  }
  return spoken;
}

const closings: Readonly<Record<string, string>> = {
  "<!--": "-->",
  "<pre": "</pre",
  "<code": "</code",
  "<blockquote": "</blockquote",
  "<details": "</details",
};

/** What has to come before HTML that a line opens is over; "" where nothing is left open. */
function unclosed(line: string): string {
  for (const [start, end] of Object.entries(closings)) {
    const last = line.lastIndexOf(start);
    if (last >= 0 && !line.slice(last + start.length).includes(end)) return end;
  }
  return "";
}

const help = [
  "Whoever may write to this repository can ask for, on a line of its own:",
  "",
  `- \`${mark} rebase\`: build the pull request on the newest commit of the default branch. Commits of a person on its branch stay, and then it is left as it is.`,
  `- \`${mark} recreate\`: build it anew, also when it was closed. What others have put on its branch is dropped.`,
  `- \`${mark} explain CODE\`: what a code such as \`GP601\` means.`,
  `- \`${mark} stop\`: close it and leave this repository alone.`,
].join("\n");

/** What the answer to a command has to know. */
export interface Asked {
  /** Whether who asks may write to the repository. */
  readonly mayWrite: boolean;
  /** Whether commits of a person are on our branch. */
  readonly hasPersons: boolean;
  readonly explanations: readonly Explanation[];
}

/**
 * The answer to a command, as Markdown; `undefined` where doing it is answer enough, or where saying anything to somebody
 * without write access would only be noise. Nothing in it is a command itself.
 */
export function answerTo(command: Command, { mayWrite, hasPersons, explanations }: Asked): string | undefined {
  // A stranger may not make us talk: everybody who follows the pull request is notified of an answer.
  if (!mayWrite) return undefined;
  switch (command.kind) {
    case "rebase":
      return hasPersons
        ? `There are commits of a person on this branch, which are not overwritten: it is left as it is. \`${mark} recreate\` builds it anew without them.`
        : undefined;
    case "recreate":
      return hasPersons
        ? "It is built anew. The commits that others have put on its branch are dropped, as asked; GitHub still shows them in this conversation."
        : undefined;
    case "stop":
      return `This repository is left alone from now on. \`${mark} recreate\` here, by somebody who may write, takes that back; a file \`.github/gha2pulumi-ignore\` says the same for good.`;
    case "explain":
      return explained(command.code, explanations);
    case "unknown":
      return `${command.text === "" ? "" : `${markdownCode(command.text)} is nothing that can be asked for. `}${help}`;
  }
}

function explained(wanted: string, explanations: readonly Explanation[]): string {
  const found = explanations.find(({ code }) => code === wanted);
  if (found === undefined)
    return `There is no code ${markdownCode(wanted)}. \`npx gha2pulumi explain\` lists all of them.`;
  const { code, title, means, act } = found;
  return [`**${code}: ${markdownProse(title)}.**`, markdownProse(means), `To do: ${markdownProse(act)}`].join("\n\n");
}
