/**
 * A report with nothing in it that GitHub's runner takes for a command. On a runner every line of the log is read for
 * them: those that begin with `::`, and the older `##[` anywhere (https://github.com/actions/runner, ActionCommand.cs).
 * The text of a workflow may hold either. In JSON the sign becomes its escape, elsewhere it is spelled out.
 */
export function quiet(text: string, environment: NodeJS.ProcessEnv): string {
  if (environment["GITHUB_ACTIONS"] !== "true") return text;
  if (text.startsWith("{")) return text.replaceAll("##[", "\\u0023#[");
  return text.replaceAll("##[", "\\u{23}#[").replace(/^([^\S\n]*):(?=:)/gm, "$1\\u{3a}");
}
