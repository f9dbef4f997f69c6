import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { empty, method, plugin, provider, providerService, serve, struct, type Plugin } from "./grpc.ts";
import { differences, resourceKinds, type Ask, type ResourceKind } from "./resources.ts";
import { revealed, textOf, type Fields, type Json } from "./settings-shape.ts";

type Struct = InstanceType<typeof struct.Struct>;
type ConfigureRequest = InstanceType<typeof provider.ConfigureRequest>;
type CheckRequest = InstanceType<typeof provider.CheckRequest>;
type DiffRequest = InstanceType<typeof provider.DiffRequest>;
type CreateRequest = InstanceType<typeof provider.CreateRequest>;
type UpdateRequest = InstanceType<typeof provider.UpdateRequest>;
type ReadRequest = InstanceType<typeof provider.ReadRequest>;
type DeleteRequest = InstanceType<typeof provider.DeleteRequest>;

/** What version 1.3.0 answers when it is asked for its schema, as Pulumi YAML does. */
export const SCHEMA = fileURLToPath(
  new URL("../../../shared/reference/pulumiservice-schema-deployments.json", import.meta.url),
);

/**
 * A provider `pulumiservice` that does for deployment settings and schedules what version 1.3.0 is known to do, over
 * the engine's own protocol. It stands in for that one, which the Go proxy does not hold, and is stricter in one way:
 * a property that is not in the resource's schema is refused, where the other ignores it.
 */
export async function startProvider(token: string): Promise<Plugin> {
  let url = "";
  const ask: Ask = async (verb, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method: verb,
      headers: { authorization: `token ${token}`, "content-type": "application/json", "X-Pulumi-Source": "provider" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${verb} ${path}: ${response.status} ${text}`);
    return text === "" ? null : (JSON.parse(text) as Json);
  };
  return serve(providerService.ResourceProviderService, {
    handshake: method(() => {
      const response = new provider.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    }),
    // The engine tells its address a second time; nothing here talks back to it.
    attach: method(() => new empty.Empty()),
    getPluginInfo: method(() => {
      const info = new plugin.PluginInfo();
      info.setVersion("1.3.0");
      return info;
    }),
    checkConfig: method((request: CheckRequest) => checked(request.getNews(), [])),
    getSchema: method(() => {
      const response = new provider.GetSchemaResponse();
      response.setSchema(existsSync(SCHEMA) ? readFileSync(SCHEMA, "utf8") : "{}");
      return response;
    }),
    diffConfig: method(() => new provider.DiffResponse()),
    configure: method((request: ConfigureRequest) => {
      const args = revealed(plain(request.getArgs())) as Fields;
      const variable = request.getVariablesMap().get("pulumiservice:config:apiUrl");
      url = variable ?? textOf(args["apiUrl"]);
      const response = new provider.ConfigureResponse();
      response.setAcceptsecrets(true);
      return response;
    }),
    ...operations(ask),
    cancel: method(() => new empty.Empty()),
  });
}

function operations(ask: Ask): Parameters<typeof serve>[1] {
  return {
    check: method((request: CheckRequest) => {
      const { inputs, failures } = kindOf(request).check(plain(request.getNews()));
      return checked(struct.Struct.fromJavaScript(inputs as never), failures);
    }),
    diff: method((request: DiffRequest) => diff(kindOf(request), request)),
    create: method(async (request: CreateRequest) => {
      // A preview asks too, and nothing may be written for it.
      if (request.getPreview()) return previewed(new provider.CreateResponse(), request.getProperties());
      const made = await kindOf(request).create(plain(request.getProperties()), ask);
      const response = new provider.CreateResponse();
      response.setId(made.id);
      response.setProperties(struct.Struct.fromJavaScript(made.properties as never));
      return response;
    }),
    update: method(async (request: UpdateRequest) => {
      if (request.getPreview()) return previewed(new provider.UpdateResponse(), request.getNews());
      const properties = await kindOf(request).update(request.getId(), plain(request.getNews()), ask);
      const response = new provider.UpdateResponse();
      response.setProperties(struct.Struct.fromJavaScript(properties as never));
      return response;
    }),
    read: method(async (request: ReadRequest) => {
      const known = { inputs: plain(request.getInputs()), outputs: plain(request.getProperties()) };
      const found = await kindOf(request).read(request.getId(), known, ask);
      const response = new provider.ReadResponse();
      if (found === undefined) return response;
      response.setId(request.getId());
      response.setProperties(struct.Struct.fromJavaScript(found.outputs as never));
      response.setInputs(struct.Struct.fromJavaScript(found.inputs as never));
      return response;
    }),
    delete: method(async (request: DeleteRequest) => {
      await kindOf(request).delete(request.getId(), ask);
      return new empty.Empty();
    }),
  };
}

function previewed<Response extends { setProperties(value?: Struct): unknown }>(
  response: Response,
  inputs: Struct | undefined,
): Response {
  response.setProperties(inputs);
  return response;
}

function plain(value: Struct | undefined): Fields {
  return (value?.toJavaScript() ?? {}) as Fields;
}

/** `urn:pulumi:<stack>::<project>::<type>::<name>`; the type of a child is written after its parent's. */
function kindOf(request: { getUrn(): string }): ResourceKind {
  const type = request.getUrn().split("::")[2]?.split("$").at(-1) ?? "";
  const kind = resourceKinds.get(type);
  if (kind === undefined) throw new Error(`${type} is no resource that this stand-in for the provider has`);
  return kind;
}

function checked(inputs: Struct | undefined, failures: readonly string[]): InstanceType<typeof provider.CheckResponse> {
  const response = new provider.CheckResponse();
  if (inputs) response.setInputs(inputs);
  for (const reason of failures) {
    const failure = new provider.CheckFailure();
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

/** Old inputs against new ones, without a look at what is secret. */
function diff(kind: ResourceKind, request: DiffRequest): InstanceType<typeof provider.DiffResponse> {
  const [before, after] = [revealed(plain(request.getOldInputs())), revealed(plain(request.getNews()))];
  const paths = differences(before, after);
  const response = new provider.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  const { UPDATE, UPDATE_REPLACE } = provider.PropertyDiff.Kind;
  const replaces = paths.filter((path) => kind.replacing.includes(path));
  response.setChanges(paths.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(replaces.length > 0);
  response.setHasdetaileddiff(true);
  for (const path of paths) {
    const one = new provider.PropertyDiff();
    one.setKind(replaces.includes(path) ? UPDATE_REPLACE : UPDATE);
    one.setInputdiff(true);
    response.getDetaileddiffMap().set(path, one);
  }
  return response;
}
