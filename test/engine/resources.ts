import {
  fromRest,
  identity,
  isFields,
  opened,
  revealed,
  secret,
  textOf,
  settingsShapes,
  toRest,
  unfit,
  type Fields,
  type Json,
} from "./settings-shape.ts";

/** Asks the service; an answer of 404 is `undefined`. */
export type Ask = (method: string, path: string, body?: Fields) => Promise<Json | undefined>;

export interface Made {
  readonly id: string;
  readonly properties: Fields;
}

/** What the provider does for one type of resource. Inputs come with the engine's marks of secrets. */
export interface ResourceKind {
  check(inputs: Fields): { readonly inputs: Fields; readonly failures: readonly string[] };
  /** Properties a change of which replaces the resource. */
  readonly replacing: readonly string[];
  create(inputs: Fields, ask: Ask): Promise<Made>;
  update(id: string, inputs: Fields, ask: Ask): Promise<Fields>;
  /** `known` is what the state holds; nothing when the resource is being imported. */
  read(
    id: string,
    known: { readonly inputs: Fields; readonly outputs: Fields },
    ask: Ask,
  ): Promise<{ readonly inputs: Fields; readonly outputs: Fields } | undefined>;
  delete(id: string, ask: Ask): Promise<void>;
}

const names = (inputs: Fields): readonly string[] => identity.map((name) => textOf(revealed(inputs[name] ?? "")));
const owner = (id: string): Fields => {
  const parts = id.split("/");
  return Object.fromEntries(identity.map((name, at) => [name, parts[at] ?? ""]));
};
const withoutOwner = (inputs: Fields): Fields =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => !(identity as readonly string[]).includes(name)));
const missing = (inputs: Fields, required: readonly string[]): readonly string[] =>
  required.filter((name) => (inputs[name] ?? "") === "").map((name) => `missing required property '${name}'`);

/** What stands for a secret that is imported: the service does not give it back. */
export const UNKNOWN_SECRET = "<REPLACE WITH ACTUAL SECRET VALUE>";

const settingsPath = (id: string): string => `/api/stacks/${id}/deployments/settings`;

/** Writes with PUT and reads with GET; version 1.3.0 never looks before it writes. */
const deploymentSettings: ResourceKind = {
  replacing: identity,
  check(inputs) {
    const { value, failure } = withDuration(inputs);
    return {
      inputs: value,
      failures: [...missing(inputs, identity), ...unfit(withoutOwner(inputs), settingsShapes), ...failure],
    };
  },
  async create(inputs, ask) {
    const id = names(inputs).join("/");
    return { id, properties: await this.update(id, inputs, ask) };
  },
  async update(id, inputs, ask) {
    const answer = await ask("PUT", settingsPath(id), toRest(withoutOwner(inputs), settingsShapes));
    if (!isFields(answer)) throw new Error(`the stack ${id} does not exist`);
    return { ...owner(id), ...fromRest(answer, settingsShapes, (_, ciphertext) => ciphertext) };
  },
  async read(id, known, ask) {
    const answer = await ask("GET", settingsPath(id));
    if (!isFields(answer)) return undefined;
    const imported = Object.keys(known.outputs).length === 0;
    const before = (source: Fields, name: string): Json => {
      const context = revealed(source["operationContext"] ?? {});
      const variables = isFields(context) ? context["environmentVariables"] : undefined;
      return (isFields(variables) ? variables[name] : undefined) ?? "";
    };
    // The plain text is known only while the service still has the ciphertext that was made of it.
    const plain = (name: string, ciphertext: string): Json => {
      if (imported) return secret(UNKNOWN_SECRET);
      return secret(before(known.outputs, name) === ciphertext ? before(known.inputs, name) : "");
    };
    return {
      inputs: { ...owner(id), ...fromRest(answer, settingsShapes, plain) },
      outputs: { ...owner(id), ...fromRest(answer, settingsShapes, (_, ciphertext) => ciphertext) },
    };
  },
  async delete(id, ask) {
    await ask("DELETE", settingsPath(id));
  },
};

/** The inputs with the duration of the AWS session in its one form: `1h` is kept as `1h0m0s`. */
function withDuration(inputs: Fields): { readonly value: Fields; readonly failure: readonly string[] } {
  const failure: string[] = [];
  const inside = (value: Json, path: readonly string[]): Json => {
    const { value: plain, hidden } = opened(value);
    const wrap = (one: Json): Json => (hidden ? secret(one) : one);
    const [name, ...rest] = path;
    if (name === undefined) {
      const normal = goDuration(textOf(plain));
      if (normal === undefined) failure.push(`operationContext.oidc.aws.duration: "${textOf(plain)}" is no duration`);
      return wrap(normal ?? plain);
    }
    const next = isFields(plain) ? plain[name] : undefined;
    return next === undefined ? value : wrap({ ...(plain as Fields), [name]: inside(next, rest) });
  };
  const value = inside(inputs, ["operationContext", "oidc", "aws", "duration"]) as Fields;
  return { value, failure };
}

/** `time.ParseDuration` and `Duration.String` of Go for hours, minutes and whole seconds. */
export function goDuration(text: string): string | undefined {
  const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (found === null || text === "") return undefined;
  const [hours, minutes, seconds] = [found[1], found[2], found[3]].map((one) => Number(one ?? 0));
  const total = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return `${h > 0 ? `${h}h` : ""}${h > 0 || m > 0 ? `${m}m` : ""}${s}s`;
}

/** A schedule: where it is made, what is sent, and what an answer says. */
function schedule(
  folder: "schedules" | "drift/schedules",
  required: readonly string[],
  body: (inputs: Fields) => Fields,
  inputsOf: (answer: Fields) => Fields,
): ResourceKind {
  const parts = (id: string): { readonly stack: string; readonly schedule: string } => {
    const all = id.split("/");
    return { stack: all.slice(0, 3).join("/"), schedule: all.at(-1) ?? "" };
  };
  const path = (stack: string, kind: string): string => `/api/stacks/${stack}/deployments/${kind}`;
  return {
    replacing: identity,
    check: (inputs) => ({ inputs, failures: missing(inputs, [...identity, ...required]) }),
    async create(inputs, ask) {
      const stack = names(inputs).join("/");
      const answer = await ask("POST", path(stack, folder), body(revealed(inputs) as Fields));
      if (!isFields(answer)) throw new Error(`the stack ${stack} does not exist`);
      const scheduleId = textOf(answer["id"]);
      const id = folder === "schedules" ? `${stack}/${scheduleId}` : `${stack}/drift/${scheduleId}`;
      return { id, properties: { ...inputs, scheduleId } };
    },
    async update(id, inputs, ask) {
      const { stack, schedule } = parts(id);
      await ask("POST", `${path(stack, folder)}/${schedule}`, body(revealed(inputs) as Fields));
      return { ...inputs, scheduleId: schedule };
    },
    async read(id, _known, ask) {
      const { stack, schedule } = parts(id);
      const answer = await ask("GET", `${path(stack, "schedules")}/${schedule}`);
      if (!isFields(answer)) return undefined;
      const inputs = { ...owner(id), scheduleCron: answer["scheduleCron"] ?? "", ...inputsOf(requestOf(answer)) };
      return { inputs, outputs: { ...inputs, scheduleId: schedule } };
    },
    async delete(id, ask) {
      const { stack, schedule } = parts(id);
      await ask("DELETE", `${path(stack, "schedules")}/${schedule}`);
    },
  };
}

function requestOf(answer: Fields): Fields {
  const definition = answer["definition"];
  const request = isFields(definition) ? definition["request"] : undefined;
  return isFields(request) ? request : {};
}

const operation = schedule(
  "schedules",
  ["scheduleCron", "pulumiOperation"],
  (inputs) => ({
    scheduleCron: inputs["scheduleCron"] ?? "",
    request: { operation: inputs["pulumiOperation"] ?? "", operationContext: { options: {} } },
  }),
  (request) => ({ pulumiOperation: request["operation"] ?? "" }),
);

const drift = schedule(
  "drift/schedules",
  ["scheduleCron"],
  (inputs) => ({
    scheduleCron: inputs["scheduleCron"] ?? "",
    ...(inputs["autoRemediate"] === true ? { autoRemediate: true } : {}),
  }),
  (request) => ({ autoRemediate: remediates(request) }),
);

export function remediates(request: Fields): boolean {
  const context = request["operationContext"];
  const options = isFields(context) ? context["options"] : undefined;
  return isFields(options) && options["remediateIfDriftDetected"] === true;
}

/** The types of resource that a settings program declares. */
export const resourceKinds: ReadonlyMap<string, ResourceKind> = new Map([
  ["pulumiservice:index:DeploymentSettings", deploymentSettings],
  ["pulumiservice:index:DeploymentSchedule", operation],
  ["pulumiservice:index:DriftSchedule", drift],
]);

/** The paths at which two values differ, as the engine writes them. */
export function differences(before: Json | undefined, after: Json | undefined, at = ""): readonly string[] {
  const join = (key: string): string => (at === "" ? key : `${at}.${key}`);
  if (isFields(before) && isFields(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(before[key], after[key], join(key)));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const longer = before.length > after.length ? before : after;
    return longer.flatMap((_: Json, i) => differences(before[i] as Json, after[i] as Json, `${at}[${i}]`));
  }
  return before === after ? [] : [at];
}
