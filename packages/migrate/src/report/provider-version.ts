import type { Span } from "@gha2pulumi/repo";
import { isVersion, PROVIDER_VERSION, providerAsked } from "@gha2pulumi/deployments";
import type { ProvenWorld } from "../effects.ts";

/**
 * A settings program of a person's own that asks for another version of the provider than the one whose properties are
 * known: an older one may lack some of them, and the compiler says so.
 */
export function otherProviderVersion({
  tree,
  continued,
}: Pick<ProvenWorld, "tree" | "continued">): { readonly message: string; readonly at: Span } | undefined {
  const asked = continued === undefined ? undefined : providerAsked(continued, tree);
  if (asked === undefined || isVersion(asked.version, PROVIDER_VERSION)) return undefined;
  const message = `${asked.at.path} asks for ${asked.name} ${asked.version}, and the settings are written for ${PROVIDER_VERSION}: it may not have all their properties`;
  return { message, at: asked.at };
}
