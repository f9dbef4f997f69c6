import type { Bound, Event, Path, Text, Trail } from "@gha2pulumi/repo";
import type { JobPlay, Steering, StepPlay } from "@gha2pulumi/workflow";
import type { StackAnswer } from "./stack-answer.ts";

/** What Pulumi is asked to do; the field's words, never "deploy" or "up". */
export type Operation = "update" | "preview" | "refresh" | "destroy";

/** A cloud account, or another authority, that an operation runs as. `role` is what is taken there, as written. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly role: Text | undefined;
  /** Further values of a login by name: GCP `service_account`, Azure `tenant-id`, AWS `region`. */
  readonly details: ReadonlyMap<string, Bound>;
  /** Environment names that carry this identity and that a login through OpenID Connect makes superfluous. */
  readonly carriers: readonly string[];
  readonly from: Trail;
}

export type IdentityKind =
  | "aws-oidc"
  | "aws-static"
  | "gcp-wif"
  | "gcp-key"
  | "azure-oidc"
  | "azure-secret"
  | "digitalocean-token"
  | "cloudflare-token"
  | "scaleway-key"
  | "hetzner-token"
  | "linode-token"
  | "github-token"
  | "kubeconfig"
  | "vault"
  | "esc"
  | "1password"
  /** Values that a wrapper such as `doppler run` puts into the environment; `role` is the wrapper. */
  | "fetched";

/** Where state lives. `cloud` is Pulumi Cloud, the only backend Deployments works with. */
export type Backend =
  | {
      readonly kind: "pulumi-cloud";
      readonly from: Trail | undefined;
      /** One that is not api.pulumi.com. */ readonly url: string | undefined;
    }
  | { readonly kind: "diy"; readonly url: string; readonly from: Trail }
  /** One elsewhere too, of which no address is known: what says so. */
  | { readonly kind: "diy"; readonly url: undefined; readonly note: string; readonly from: Trail }
  | { readonly kind: "unknown"; readonly note: string; readonly from: Trail };

/** One call of Pulumi, found in a job that is played for one event. */
export interface Operates {
  readonly operation: Operation | undefined;
  /** What stands where the operation should be, when it cannot be told: `${{ inputs.command }}`. */
  readonly operationText: string;
  /** The stack as it is named: `prod`, `acme/prod`, `acme/network/prod`; `undefined` when nothing names one. */
  readonly stack: Bound | undefined;
  readonly directory: Text;
  /** Flags and inputs that change what the operation does and that Deployments has no word for. */
  readonly modifiers: readonly Modifier[];
  readonly upsert: boolean;
  readonly removeStack: boolean;
  /** Its stack, or whether it does anything, is looked up in the file of branches. */
  readonly byBranch: ByBranch | undefined;
  /** It asks Pulumi Deployments for the operation, and hands these values of the run over; else `undefined`. */
  readonly called: Called | undefined;
  /** Configuration it sets itself before it begins. */
  readonly config: readonly ConfigSet[];
  /** Why it is no operation that can be read: an unknown program, or a command that is none and stands alone. */
  readonly hidden: Reason | undefined;
  readonly from: Trail;
}

/**
 * By which branch `.pulumi/ci.json` is asked: the one that a pull request goes into, for one that is opened, edited or gets
 * new commits, or the one that the workflow runs on. `named`: whose stack is asked for only whether there is one.
 */
export interface ByBranch {
  readonly branch: "base" | "own";
  readonly named: boolean;
}

/** What a step that asks for a deployment hands over. */
export interface Called {
  readonly sent: ReadonlyMap<string, Bound>;
  /** Commands before the operation, and a role in AWS, in place of those of the stack's settings. */
  readonly commands: readonly string[] | undefined;
  readonly awsRole: Bound | undefined;
  /** The script that asks is checked out. */
  readonly hasScript: boolean;
  /** The commit or branch it asks for; `undefined`: the commit that is checked out where it runs. */
  readonly revision: Bound | undefined;
  /** It is written by hand, and may say more than is read here. */
  readonly isRequest: boolean;
}

/** A value that is set as configuration of a stack before an operation, for this run only. */
export interface ConfigSet {
  readonly key: string;
  readonly value: Bound;
  readonly secret: boolean;
  /** The key is a path into an object. */
  readonly path: boolean;
  /** It is set only where nothing is found under its key, or under that as a path: `config get K || config set K V`. */
  readonly unless: "key" | "path" | undefined;
}

/** The stack a command about configuration names, or that is selected, and its folder. */
export interface ConfigPlace {
  readonly stack: Bound | undefined;
  readonly directory: Text;
}

/** Configuration that a command of its own writes. */
export interface ConfigWrite extends ConfigSet, ConfigPlace {}

export interface Modifier {
  readonly name: string;
  /** `keep`: nothing in Deployments says it. `option`: an environment variable says it. `drop`: it changes nothing. */
  readonly treatment: "keep" | "option" | "drop";
  readonly value: Text;
  readonly from: Trail;
}

/** Something the operation waits for. */
export type Gate = { readonly name: string; readonly from: Trail } & (
  | {
      /** `preview`: what a preview waits for that is itself one. */
      readonly kind: "environment" | "job" | "step" | "preview";
    }
  /** `other`: what else is in the group. */
  | { readonly kind: "concurrency"; readonly other: string }
);

/** What becomes of one intent. */
export type Disposition = "move" | "call" | "keep" | "ask";

/** Runners of the owner; in Deployments, customer-managed agents in a pool. */
export interface RunnerPool {
  readonly labels: readonly string[];
  /** Where the id of such a pool is answered. */
  readonly key: string;
  readonly from: Trail;
}

export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly from: Trail;
  /** The configuration that it says `pulumi config` writes. */
  readonly writes?: WriteSeen;
}

/** A `pulumi config set` as far as it is read: it may set nothing, or what nobody can tell. */
export interface WriteSeen extends ConfigPlace {
  readonly key: string;
  /** Why a call cannot do the same; `undefined`: it can. */
  readonly obstacle: string | undefined;
}

/** What a step is to an operation of its job. */
export type Duty = "serves" | "prepares" | "gates" | "outside" | "follows" | "stands";

/** What may be answered about an operation that the clock starts. */
export type ClockAnswer = "keep" | "detect" | "update" | "remediate";

/** An operation by the clock for which Deployments has a drift run, or that somebody has to want there. */
export interface ClockForm {
  readonly code: "GP280" | "GP281";
  /** The flags that make it what it is. */
  readonly flags: readonly string[];
  /** None: a drift run does exactly this. */
  readonly choices: readonly ClockAnswer[];
  /** What the drift run does otherwise, as an assumption of the proof. */
  readonly differs: string | undefined;
  readonly is: string;
}

/** Such an operation, the answer about it, and the drift run that takes its place. */
export interface ByClock {
  readonly form: ClockForm;
  readonly answer: ClockAnswer | undefined;
  readonly drift: "detect" | "remediate" | undefined;
}

/** A command an operation cannot run without, in the folder where it runs. */
export interface Preparation {
  readonly command: string;
  readonly directory: Path;
  /** Installs dependencies of programs in the language of the project: Deployments does not do it once more. */
  readonly installs: boolean;
  /** Does no more in `directory` than Deployments does by itself for a program there. */
  readonly isDefault: boolean;
  /** A test or a linter in a step of its own: where the operation becomes a call, it stays in front of that. */
  readonly checks: boolean;
  readonly from: Trail;
}

/** Where an operation stands: the workflow and job an event starts, and the step that runs it, through all calls. */
export interface Site {
  readonly workflow: Path;
  readonly job: string;
  readonly jobPlay: JobPlay;
  readonly step: StepPlay;
}

/**
 * A retry, a time limit or a part in the summary of the run, which a deployment does not have; code that nobody has read
 * and it runs without the run (`module`, `build`); a tool or an engine that it may lack; or what a program does by the
 * token it is run with (`cloud`). One of its step or job stays with a call, and one of its command goes.
 */
export interface Once {
  /** `overtaken`: it is in a concurrency group, in which a newer run takes the place of one that waits. */
  readonly kind:
    | Steering["kind"]
    | "summary"
    | "machine"
    | "preview"
    | "overtaken"
    | "ended"
    | "module"
    | "build"
    | "cloud"
    | "tool"
    | "version"
    | "engine"
    | "switch";
  readonly from: Trail;
  readonly isOfCommand: boolean;
}

/** An operation in one event: the sentence of the architecture's section 1 with everything filled in that can be. */
export interface Occurrence {
  readonly event: Event;
  readonly site: Site;
  readonly operates: Operates;
  readonly certainty: true | undefined;
  /** What an uncertain occurrence hangs on. */
  readonly condition: string;
  /** Its stack is one of each pull request, and Deployments is to make it from a template. */
  readonly review: boolean;
  /** What is special about an operation that the clock starts. */
  readonly byClock: ByClock | undefined;
  /** A preview that an update of the same stack follows in the same job: the update shows it by itself. */
  readonly implied: boolean;
  readonly organization: string | undefined;
  readonly organizationText: Bound | undefined;
  readonly stack: string | undefined;
  /** The answer that its stack rests on. */
  readonly answered: StackAnswer | undefined;
  readonly directory: Path | undefined;
  readonly project: string | undefined;
  /** The GitHub environment of its job, whose secrets and variables go before those of the repository. */
  readonly scope: string | undefined;
  /** What its code is, where that is not what the event brings; else "". */
  readonly revision: string;
  /** Its checkout names the event's branch, whose tip may have moved on when it runs. */
  readonly followsBranch: boolean;
  /** Its checkout asks for more of the history than one commit, or for tags. */
  readonly history: boolean;
  readonly identities: readonly Identity[];
  readonly environment: ReadonlyMap<string, Bound>;
  readonly secrets: readonly string[];
  readonly variables: readonly string[];
  readonly prepare: readonly Preparation[];
  /** The same with the checks of a pull request among them, which stay in the workflow. */
  readonly prepareInFull: readonly Preparation[];
  /** It is given configuration that the file of its stack says already, and that `config` leaves out. */
  readonly repeatsFile: boolean;
  /** Configuration the job sets before it. */
  readonly config: readonly ConfigSet[];
  readonly gates: readonly Gate[];
  /** Variables that hold a key of its login, and that its program may read: nobody has said whether it does. */
  readonly loginKeys: ReadonlyMap<string, Bound>;
  /** Why something in the workflow needs this operation to happen there: steps and jobs behind it. */
  readonly feeds: readonly Reason[];
  /** Why Deployments could not do the same, whatever the trigger. */
  readonly obstacles: readonly Reason[];
  /** What runs it again or limits its time, which no setting of a deployment says. */
  readonly once: readonly Once[];
  /** The owner's own runner that the job asks for, by its labels. */
  readonly pool: RunnerPool | undefined;
  readonly backend: Backend;
  /** The version of the CLI that the workflow installs, when it pins one. */
  readonly cliVersion: Bound | undefined;
  /** The command before it that restores a cache of dependencies. */
  readonly cache: Trail | undefined;
  /** Other names under which its step has the token of the run, and that its program does not read: they are left out. */
  readonly tokensLeft: readonly (readonly [name: string, from: Trail])[];
  /** The program can see the token of the run (`GITHUB_TOKEN`), which a deployment does not have. */
  readonly usesRunToken: boolean;
}
