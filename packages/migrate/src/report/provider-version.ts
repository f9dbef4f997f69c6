import { entry, readYaml, scalarText, type Span } from "@gha2pulumi/repo";
import { PROVIDER_VERSION } from "@gha2pulumi/deployments";
import type { ProvenWorld } from "../effects.ts";

const PACKAGE = "@pulumi/pulumiservice";

/**
 * A settings program of a person's own that asks for another version of the provider than the one whose properties are
 * known: an older one may lack some of them, and the compiler says so.
 */
export function otherProviderVersion({
  tree,
  program,
}: Pick<ProvenWorld, "tree" | "program">): { readonly message: string; readonly at: Span } | undefined {
  const path = program === "" ? "package.json" : `${program}/package.json`;
  const text = tree.get(path);
  const asked = text === undefined ? undefined : entry(entry(readYaml(path, text).root, "dependencies"), PACKAGE);
  const version = scalarText(asked);
  if (asked === undefined || version === undefined) return undefined;
  if (version.replace(/^[\^~=v]+/, "") === PROVIDER_VERSION) return undefined;
  const message = `${path} asks for ${PACKAGE} ${version}, and the settings are written for ${PROVIDER_VERSION}: it may not have all their properties`;
  return { message, at: asked.span };
}
