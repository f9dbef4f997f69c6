import { holes, literal, type Bound } from "@gha2pulumi/repo";
import { cloudOf, keyOf } from "./cloud.ts";
import { placeOf } from "./carried-line.ts";
import type { Entry } from "./entry.ts";
import type { Identity, IdentityKind } from "./intent.ts";

/**
 * Files in which a provider looks for keys when its variables hold none.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html, https://cloud.google.com/docs/authentication/application-default-credentials
 */
const files: ReadonlyMap<string, IdentityKind> = new Map([
  ["~/.aws/credentials", "aws-static"],
  ["~/.aws/config", "aws-static"],
  ["~/.config/gcloud/application_default_credentials.json", "gcp-key"],
]);

/**
 * Logins by keys that a command before an operation writes into the file of a provider, where no step and no variable
 * logs in to the same cloud: a role takes the place of such a key as of any other. A deployment that writes the file
 * itself has what is in it, and needs no role.
 */
export function keyFiles(
  earlier: readonly Entry[],
  known: readonly Identity[],
  environment: ReadonlyMap<string, Bound>,
): readonly Identity[] {
  const found = new Map<IdentityKind, Identity>();
  const profile = environment.get("AWS_PROFILE");
  for (const { command, duty } of earlier) {
    if (duty === "prepares") continue;
    const kind = command.kind === "run" ? files.get(placeOf(command, command.writes) ?? "") : undefined;
    if (command.kind !== "run" || kind === undefined || found.has(kind)) continue;
    if (known.some((one) => cloudOf(one) === cloudOf({ kind }))) continue;
    const texts = [...command.words, ...(command.line?.variables.values() ?? [])];
    const secrets = texts
      .flatMap(holes)
      .filter(({ names }) => names.some((name) => name.startsWith("secrets.")))
      .map((hole): Bound => ({ text: [hole], from: command.from }));
    // A key that is written out is one all the same.
    const isKey = secrets.length > 0 || texts.some((text) => /access_key|private_key/.test(literal(text) ?? ""));
    if (!isKey) continue;
    const details = new Map<string, Bound>(keyOf(...secrets));
    // A role has no profiles, and the SDK looks for one that is named before it takes a role's token.
    if (profile && kind === "aws-static") details.set("restricted", { text: ["AWS_PROFILE"], from: profile.from });
    found.set(kind, { kind, role: undefined, details, carriers: [], from: command.from });
  }
  return [...found.values()];
}
