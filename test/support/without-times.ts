/** What a program says, without the lines about the time that a stage took, which it says only on a busy machine. */
export function withoutTimes(said: string): string {
  return said.replace(/^[a-z ]+: [\d.]+ s\n/gm, "");
}
