/** An expression that looks a value up in a table: `${{ fromJSON('{"up":"update"}')[inputs.command] }}` */
export function lookUp(key: string, table: ReadonlyMap<string, string>): string {
  const sorted = Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `\${{ fromJSON('${JSON.stringify(sorted).replaceAll("'", "''")}')[${key}] }}`;
}
