import { innermost, type Bound, type Text, type Trail, type Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import type { Backend, ConfigPlace, ConfigWrite, Duty, Identity, Operates, Reason } from "./intent.ts";

/** A virtual environment of Python that a script has activated: its folder below the root, or under `/tmp`. */
export interface VirtualEnvironment {
  /** `undefined`: which folder it is, or whether it is activated at all, only the run can tell. */
  readonly place: string | undefined;
}

/** What the commands of a job have established so far: who is logged in, which stack is selected where. */
export interface Scope {
  readonly tree: Tree;
  /** The stack `pulumi stack select` has chosen, by the folder it was chosen in. */
  readonly selected: ReadonlyMap<string, Bound>;
  readonly identities: readonly Identity[];
  readonly login: Backend | undefined;
  /** A Pulumi access token is in the environment, or a login through OpenID Connect gives one. */
  readonly token: boolean;
  /** The organisation that `pulumi/auth-actions` or `pulumi org set-default` names. */
  readonly organization: Bound | undefined;
  /** The configuration that a command has just looked for, and where that command stands. */
  readonly sought:
    { readonly key: string; readonly path: boolean; readonly where: string; readonly from: Trail } | undefined;
  /** The repository is checked out. */
  readonly checkedOut: boolean;
  /** What the checkout of the repository names as its `ref:`; `undefined`: nothing. */
  readonly revision: Bound | undefined;
  /** That checkout asks for more of the history than one commit, or for tags. */
  readonly history: boolean;
  /** Environment names that login steps leave for the rest of the job, such as `AWS_REGION`. */
  readonly exports: ReadonlyMap<string, Bound>;
  /** The virtual environment of Python that the shell of this step has activated. */
  readonly virtualEnvironment: VirtualEnvironment | undefined;
}

/** What one command does to the rest of its job. */
export interface Recognised {
  readonly scope: Scope;
  readonly operates: readonly Operates[];
  readonly duty: Duty;
  readonly reasons: readonly Reason[];
  /** Configuration it sets for the run. */
  readonly config?: ConfigWrite;
  /** The stack whose configuration it brings back to that of the last update. */
  readonly refreshes?: ConfigPlace;
}

/** One kind of step or command. `undefined` means "not mine"; no two recognisers may claim the same command. */
export interface Recogniser {
  readonly name: string;
  readonly recognise: (command: Command, scope: Scope) => Recognised | undefined;
}

export function serves(scope: Scope): Recognised {
  return { scope, operates: [], duty: "serves", reasons: [] };
}

export function operates(scope: Scope, operation: Operates): Recognised {
  return { scope, operates: [operation], duty: "serves", reasons: [] };
}

export function emptyScope(tree: Tree): Scope {
  return {
    tree,
    selected: new Map(),
    identities: [],
    login: undefined,
    token: false,
    organization: undefined,
    sought: undefined,
    checkedOut: false,
    revision: undefined,
    history: false,
    exports: new Map(),
    virtualEnvironment: undefined,
  };
}

/** An input of an action, when it is written and not empty. */
export function input(command: Command, name: string): Bound | undefined {
  if (command.kind !== "uses") return undefined;
  const bound = command.inputs.get(name.toLowerCase());
  return bound && bound.text.length > 0 ? bound : undefined;
}

/** An input that is written as an expression, and is empty on the event that is played: `github.base_ref` on a push. */
export function emptied(command: Command, name: string, tree: Tree): Bound | undefined {
  const bound = command.kind === "uses" ? command.inputs.get(name) : undefined;
  const at = bound && innermost(bound.from);
  const isEmptied = bound?.text.length === 0 && at && tree.get(at.path)?.slice(at.start, at.end).includes("${{");
  return isEmptied === true ? bound : undefined;
}

/** A stack that a command leaves to what is in the environment. */
export function fromEnvironment(command: Command, name: string): Bound | undefined {
  const bound = command.environment.get(name);
  return bound && bound.text.length > 0 ? bound : undefined;
}

/** An operation, a login or a selection that a step left to the environment is looked up there by this name. */
export function withExports(scope: Scope, exports: Readonly<Record<string, Bound | undefined>>): Scope {
  const given = Object.entries(exports).flatMap(([name, bound]) => (bound ? [[name, bound] as const] : []));
  return { ...scope, exports: new Map([...scope.exports, ...given]) };
}

export function withIdentity(scope: Scope, identity: Identity): Scope {
  return { ...scope, identities: [...scope.identities.filter((known) => known.kind !== identity.kind), identity] };
}

export function folderKey(directory: Text): string {
  return directory.map((piece) => (typeof piece === "string" ? piece : `\${{ ${piece.expression} }}`)).join("");
}
