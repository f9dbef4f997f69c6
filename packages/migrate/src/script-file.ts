/** Files whose scripts a workflow may call by another name. */
export function isScriptFile(path: string): boolean {
  return /(?:^|\/)(?:package\.json|[Mm]akefile|GNUmakefile|[jJ]ustfile|\.justfile|[Tt]askfile[^/]*\.ya?ml|\.?mise\.toml|pyproject\.toml|Pipfile|Rakefile|tasks\.py|noxfile\.py|project\.json)$|\.(?:sh|mk|just)$/.test(
    path,
  );
}
