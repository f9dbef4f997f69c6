import { createRequire } from "node:module";
import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedHandleCall,
} from "@grpc/grpc-js";

const load = createRequire(import.meta.url);

// Generated CommonJS: its exports are made at run time, so that an `import` would find none of them.
export const language = load(
  "@pulumi/pulumi/proto/language_pb.js",
) as typeof import("@pulumi/pulumi/proto/language_pb.js");
export const languageService = load(
  "@pulumi/pulumi/proto/language_grpc_pb.js",
) as typeof import("@pulumi/pulumi/proto/language_grpc_pb.js");
export const provider = load(
  "@pulumi/pulumi/proto/provider_pb.js",
) as typeof import("@pulumi/pulumi/proto/provider_pb.js");
export const providerService = load(
  "@pulumi/pulumi/proto/provider_grpc_pb.js",
) as typeof import("@pulumi/pulumi/proto/provider_grpc_pb.js");
export const plugin = load("@pulumi/pulumi/proto/plugin_pb.js") as typeof import("@pulumi/pulumi/proto/plugin_pb.js");
export const empty = load(
  "google-protobuf/google/protobuf/empty_pb.js",
) as typeof import("google-protobuf/google/protobuf/empty_pb.js");
export const struct = load(
  "google-protobuf/google/protobuf/struct_pb.js",
) as typeof import("google-protobuf/google/protobuf/struct_pb.js");

/** A gRPC server on the loopback interface. */
export interface Plugin {
  readonly port: number;
  close(): void;
}

/** One method of a service; what it throws becomes the error of the call. */
export function method<Request, Response>(
  respond: (request: Request) => Response | Promise<Response>,
): UntypedHandleCall {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve(call.request)
      .then(respond)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : "" }),
      );
  };
}

/** Serves one service on a free port. Methods that are not given answer "unimplemented". */
export async function serve(
  service: Parameters<Server["addService"]>[0],
  methods: Readonly<Record<string, UntypedHandleCall>>,
): Promise<Plugin> {
  const server = new Server();
  server.addService(service, methods);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}
