import { written, type Bound, type Hole, type Text } from "@gha2pulumi/repo";
import { setting, type Setting, type SettingPiece } from "@gha2pulumi/deployments";

/**
 * The configuration key that stands for a GitHub secret or variable: its own name, as GitHub keeps it. In a job with a
 * GitHub environment the same name may hold another value there, so the environment is put in front:
 * `production.DATABASE_PASSWORD`.
 */
export function configKey(name: string, environment: string | undefined): string {
  return environment === undefined || environment === "" ? keptName(name) : `${environment}.${keptName(name)}`;
}

/**
 * A name of a secret or a variable as GitHub keeps it: names know no case and are stored in capitals.
 * https://docs.github.com/en/actions/reference/security/secrets#naming-your-secrets
 */
export function keptName(name: string): string {
  return name.toUpperCase();
}

/** `secrets.NAME` or `vars.NAME`, when that is all a hole is. */
export function ownerName(hole: Hole): { readonly context: "secrets" | "vars"; readonly name: string } | undefined {
  const found = /^(secrets|vars)\.([A-Za-z_]\w*)$/.exec(hole.expression);
  return found?.[2] === undefined ? undefined : { context: found[1] as "secrets" | "vars", name: found[2] };
}

/** The first part of a text that is neither literal nor a secret or variable: the owner cannot supply it once for all. */
export function perRunPart(text: Text): Hole | undefined {
  return text.filter((piece): piece is Hole => typeof piece !== "string").find((hole) => ownerName(hole) === undefined);
}

/**
 * A text as a setting: secrets and variables become configuration. A part that only a run can tell becomes a key that
 * is none (`${{ … }}`): it shows in comparisons, and nothing that has one may be written.
 */
export function settingOf(bound: Bound, environment: string | undefined, note: string, asSecret: boolean): Setting {
  const pieces = bound.text.map((piece): SettingPiece => {
    if (typeof piece === "string") return piece;
    const name = ownerName(piece);
    if (!name) return { config: written([piece]), secret: false };
    return { config: configKey(name.name, environment), secret: asSecret && name.context === "secrets" };
  });
  return setting(pieces, bound.from, note);
}

/** Whether a setting has a part that only a run can tell. */
export function isPerRun(value: Setting): boolean {
  return value.value.some((piece) => typeof piece !== "string" && piece.config.startsWith("${{"));
}
