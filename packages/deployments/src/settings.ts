import { byText, type Path, type Trail } from "@gha2pulumi/repo";

/** One piece of a value: literal text, or a configuration value of the settings program that its owner supplies. */
export type SettingPiece = string | { readonly config: string; readonly secret: boolean };

/**
 * A value of the settings program: `["arn:aws:iam::", { config: "AWS_ACCOUNT_ID", secret: false }, ":role/x"]`.
 * `from` is the line it came from, `note` a short remark for its comment, or "".
 */
export interface Setting {
  readonly value: readonly SettingPiece[];
  readonly from: Trail;
  readonly note: string;
}

/** The cloud role a deployment takes through OpenID Connect. A stack has at most one of each kind. */
export type Oidc =
  | {
      readonly kind: "aws";
      readonly roleARN: Setting;
      readonly sessionName: Setting;
      /** A Go duration such as `1h`; `3600` and `1d` are refused by the provider. */
      readonly duration: Setting | undefined;
    }
  | {
      readonly kind: "gcp";
      /** The project's number, as text: its id is not accepted. */
      readonly projectId: Setting;
      readonly workloadPoolId: Setting;
      readonly providerId: Setting;
      readonly serviceAccount: Setting;
    }
  | {
      readonly kind: "azure";
      readonly clientId: Setting;
      readonly tenantId: Setting;
      readonly subscriptionId: Setting;
    };

/** The operations a deployment schedule can start. */
export type ScheduledOperation = "update" | "preview" | "refresh" | "destroy";

/** Something that starts by the clock: five cron fields, always read as UTC. */
export type Schedule =
  | { readonly kind: "operation"; readonly cron: Setting; readonly operation: ScheduledOperation; readonly from: Trail }
  | { readonly kind: "drift"; readonly cron: Setting; readonly autoRemediate: boolean; readonly from: Trail };

/** What is declared for one stack. Triggers and schedules are described as they are once `live` is true. */
export interface StackSettings {
  /** `undefined`: the organisation the settings program itself is deployed in. */
  readonly organization: Setting | undefined;
  readonly project: string;
  readonly stack: string;
  readonly branch: Setting;
  /** The folder of `Pulumi.yaml`; `.` is the root of the repository. */
  readonly directory: Path;
  /** `owner/repo`. */
  readonly repository: Setting;
  /** The block that says so and holds the triggers: `github`, or its successor `vcs` with the provider `github`. */
  readonly repositoryBlock: "github" | "vcs";
  readonly deployCommits: boolean;
  readonly previewPullRequests: boolean;
  readonly pullRequestTemplate: boolean;
  readonly paths: readonly Setting[];
  readonly preRunCommands: readonly Setting[];
  readonly environment: ReadonlyMap<string, Setting>;
  readonly skipInstallDependencies: boolean;
  readonly skipIntermediateDeployments: boolean;
  readonly deleteAfterDestroy: boolean;
  readonly oidc: readonly Oidc[];
  readonly executorImage: Setting | undefined;
  /** The id of the pool whose agents run it; `undefined`: the organisation's default pool, else Pulumi's own runners. */
  readonly agentPool: Setting | undefined;
  readonly cache: boolean;
  readonly schedules: readonly Schedule[];
  /** Where a property that is no `Setting` comes from, by its name here: `deployCommits`, `paths`, `directory`, … */
  readonly reasons: ReadonlyMap<string, Trail>;
  readonly from: Trail;
}

/** A setting in its one form: neighbouring literals joined, no empty piece. */
export function setting(value: string | readonly SettingPiece[], from: Trail, note = ""): Setting {
  return { value: settingPieces(typeof value === "string" ? [value] : value), from, note };
}

/** Pieces in their one form: neighbouring literals joined, no empty piece. */
export function settingPieces(value: readonly SettingPiece[]): readonly SettingPiece[] {
  const pieces: SettingPiece[] = [];
  for (const piece of value) {
    const last = pieces.at(-1);
    if (typeof piece === "string" && typeof last === "string") pieces[pieces.length - 1] = last + piece;
    else if (piece !== "") pieces.push(piece);
  }
  return pieces;
}

/** The text of pieces that are all literal, otherwise `undefined`. */
export function literalText(pieces: readonly SettingPiece[]): string | undefined {
  return pieces.every((piece) => typeof piece === "string") ? pieces.join("") : undefined;
}

/** The whole text of a setting when it is literal, otherwise `undefined`. */
export function settingText(value: Setting): string | undefined {
  return literalText(value.value);
}

/** A setting as a person reads it: `arn:aws:iam::<AWS_ACCOUNT_ID>:role/x`. */
export function settingLabel(value: Setting): string {
  return value.value.map((piece) => (typeof piece === "string" ? piece : `<${piece.config}>`)).join("");
}

/** The stack's full name as a person reads it; an organisation that is not written down is `<organization>`. */
export function stackLabel(settings: StackSettings): string {
  const organization = settings.organization === undefined ? "<organization>" : settingLabel(settings.organization);
  return `${organization}/${settings.project}/${settings.stack}`;
}

/** Equal for two settings of one stack, different otherwise, whatever the names hold. */
export function stackKey(settings: Pick<StackSettings, "organization" | "project" | "stack">): string {
  const organization = settings.organization === undefined ? null : settingPieces(settings.organization.value);
  return JSON.stringify([organization, settings.project, settings.stack]);
}

/** Whether a push or a pull request starts anything by these settings. */
export function hasTrigger(settings: StackSettings): boolean {
  return settings.deployCommits || settings.previewPullRequests || settings.pullRequestTemplate;
}

/** Whether anything but a call or a person starts a deployment by these settings. */
export function startsByItself(settings: StackSettings): boolean {
  return hasTrigger(settings) || settings.schedules.length > 0;
}

/** Orders settings by organisation, project and stack, as they appear in what is written. */
export function byStack(a: StackSettings, b: StackSettings): number {
  const organization = (settings: StackSettings): string =>
    settings.organization === undefined ? "" : settingLabel(settings.organization);
  return (
    byText(organization(a), organization(b)) ||
    byText(a.project, b.project) ||
    byText(a.stack, b.stack) ||
    byText(stackKey(a), stackKey(b))
  );
}
