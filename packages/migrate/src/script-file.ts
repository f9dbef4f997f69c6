/** Files whose scripts a workflow may call by another name. */
export function isScriptFile(path: string): boolean {
  return /(?:^|\/)(?:package\.json|[Mm]akefile|GNUmakefile|[jJ]ustfile|\.justfile|[Tt]askfile(?:\.dist)?\.ya?ml)$|\.(?:sh|mk)$/.test(
    path,
  );
}
