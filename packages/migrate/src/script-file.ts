/** Files whose scripts a workflow may call by another name. */
export function isScriptFile(path: string): boolean {
  return /(?:^|\/)(?:package\.json|Makefile|makefile|GNUmakefile)$|\.sh$/.test(path);
}
