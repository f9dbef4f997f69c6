/**
 * The environment variable that stands for a flag of the Pulumi command line: `PULUMI_OPTION_…` for any flag since
 * 3.208 (pulumi/pulumi#20868). `--parallel` has one of its own, since 3.154 (pulumi/pulumi#18782), and needs it: the
 * flag is an `int32`, and with `PULUMI_OPTION_PARALLEL` set, every command up to 3.274.1 at least ends in a panic.
 */
export function optionVariable(flag: string): string {
  return flag === "parallel" ? "PULUMI_PARALLEL" : `PULUMI_OPTION_${flag.replaceAll("-", "_").toUpperCase()}`;
}

/** Whether an environment variable, or what begins with its name, stands for a flag. */
export function isOptionVariable(text: string): boolean {
  return /^PULUMI_(?:OPTION_|PARALLEL(?![A-Za-z0-9_]))/.test(text);
}
