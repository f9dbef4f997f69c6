/** A second process asked for a state folder; the command line ends with 2. */
export class StateInUse extends Error {
  override readonly name = "StateInUse";
  constructor(
    readonly folder: string,
    readonly pid: number,
    host?: string,
  ) {
    super(
      `The state in ${folder} is in use by process ${pid}${host === undefined ? "" : ` on ${host}, or was when that machine stopped: remove ${folder}/lock if nothing runs there`}.`,
    );
  }
}

/** Two workers of one name on one database. */
export class WorkerInUse extends Error {
  override readonly name = "WorkerInUse";
  constructor(readonly worker: string) {
    super(`A worker named ${worker} runs already: give this one another name.`);
  }
}

/** The database took this process for dead: others may have its work by now, so it has stopped. */
export class SessionLost extends Error {
  override readonly name = "SessionLost";
  constructor(cause: unknown) {
    super("The connection that kept this worker's place was lost: it has stopped, and others go on with its work.", {
      cause,
    });
  }
}

/** What is kept as JSON would come back as something else. */
export class NotJson extends Error {
  override readonly name = "NotJson";
  constructor(what: string, path: string, found: string) {
    super(`${what} has to be JSON: ${path} is ${found}.`);
  }
}

/** Nothing was ever enqueued under this id. */
export class UnknownWork extends Error {
  override readonly name = "UnknownWork";
  constructor(readonly ids: readonly string[]) {
    super(`No work was asked for under ${ids.join(", ")}.`);
  }
}

/** A newer version of the program has made this state. */
export class StateTooNew extends Error {
  override readonly name = "StateTooNew";
  constructor(found: number, known: number) {
    super(`This state is of version ${found}, and this program knows ${known}: use the newer program.`);
  }
}

/** The libraries below keep one engine for each process. */
export class EngineOpen extends Error {
  override readonly name = "EngineOpen";
  constructor() {
    super("An engine is open in this process already: close it first.");
  }
}

/** What a closed engine answers. */
export class EngineClosed extends Error {
  override readonly name = "EngineClosed";
  constructor() {
    super("The engine is closed.");
  }
}
