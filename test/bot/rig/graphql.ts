// GraphQL over GitHub's own schema: a document is validated by it, then executed on the nodes of this rig.
import { schema as published } from "@octokit/graphql-schema";
import {
  buildSchema,
  execute,
  type GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from "graphql";
import { mutations } from "./graphql-mutations.ts";
import type { Node } from "./connection.ts";
import * as nodes from "./graphql-nodes.ts";
import { Refusal, repositoryAt, type Credential, type Fields, type Json, type World } from "./world.ts";

let built: GraphQLSchema | undefined;

function schema(): GraphQLSchema {
  // The published text holds fields twice, which only an assumption lets pass.
  built ??= buildSchema(published.idl, { assumeValidSDL: true, assumeValid: true });
  return built;
}

export interface Question {
  readonly query: string;
  readonly variables: Fields;
  readonly document: DocumentNode | undefined;
  readonly fault: GraphQLError | undefined;
  /** The names of the top-level fields of a mutation, in order; of none in a query. */
  readonly mutations: readonly string[];
}

export function readQuestion(body: Fields): Question {
  const query = typeof body["query"] === "string" ? body["query"] : "";
  const variables = (body["variables"] ?? {}) as Fields;
  try {
    const document = parse(query);
    const fields = document.definitions.flatMap((one) =>
      one.kind === Kind.OPERATION_DEFINITION && one.operation === OperationTypeNode.MUTATION
        ? one.selectionSet.selections.flatMap((each) => (each.kind === Kind.FIELD ? [each.name.value] : []))
        : [],
    );
    return { query, variables, document, fault: undefined, mutations: fields };
  } catch (error) {
    return { query, variables, document: undefined, fault: error as GraphQLError, mutations: [] };
  }
}

export interface GraphqlAnswer {
  readonly body: Json;
  /** What the schema finds wrong with the question. */
  readonly violations: readonly string[];
  /** What was asked rightly and this rig cannot answer. */
  readonly gaps: readonly string[];
}

export async function answerQuestion(
  world: World,
  by: Credential,
  question: Question,
  rateLimit: () => Node,
): Promise<GraphqlAnswer> {
  const { document, variables, fault } = question;
  const faults = document ? validate(schema(), document) : fault ? [fault] : [];
  if (!document || faults.length > 0) {
    const errors = faults.map((one) => ({ message: one.message, locations: locationsOf(one), extensions: {} }));
    return { body: { errors }, violations: faults.map((one) => one.message), gaps: [] };
  }
  const gaps: string[] = [];
  const result = await execute({
    schema: schema(),
    document,
    rootValue: { ...queries(world, by, rateLimit), ...mutations(world, by) },
    variableValues: variables,
    fieldResolver: (source: Node, args, _context, info) => {
      if (!(info.fieldName in source)) {
        gaps.push(`${info.parentType.name}.${info.fieldName} is not in the rig`);
        throw new Error(gaps.at(-1));
      }
      const value = source[info.fieldName];
      return typeof value === "function" ? (value as (args: unknown) => unknown)(args) : value;
    },
  });
  const errors = (result.errors ?? []).map((one) => {
    const cause = one.originalError;
    if (one.path && cause && !(cause instanceof Refusal)) gaps.push(one.message);
    const type = cause instanceof Refusal ? { type: cause.type } : {};
    return {
      ...type,
      path: (one.path ?? []) as readonly Json[],
      locations: locationsOf(one),
      message: wordsOf(cause, one.message),
    };
  });
  // A value that a variable may not have is refused before any field is looked at: a fault of who asked.
  const unasked = (result.errors ?? []).filter((one) => one.path === undefined);
  const data = JSON.parse(JSON.stringify(result.data ?? null)) as Json;
  return {
    body: { data, ...(errors.length > 0 ? { errors } : {}) },
    violations: unasked.map((one) => one.message),
    gaps: [...new Set(gaps)],
  };
}

const locationsOf = (one: GraphQLError): Json => (one.locations ?? []).map(({ line, column }) => ({ line, column }));

/** GraphQL words a refusal by its first detail, where REST lists them. */
function wordsOf(cause: unknown, message: string): string {
  const detail = cause instanceof Refusal ? (cause.errors[0] as Fields | undefined) : undefined;
  const { message: own, field, code } = detail ?? {};
  if (typeof own === "string") return own;
  return typeof field === "string" && typeof code === "string" ? `${field} is ${code}` : message;
}

function queries(world: World, by: Credential, rateLimit: () => Node): Node {
  const owner = (login: string, type: string | undefined): Node | null => {
    const found = world.accounts.get(login.toLowerCase());
    return found && (type === undefined || found.type === type) ? nodes.actor(world, found) : null;
  };
  const named = (login: string, type: string): Node => {
    const found = owner(login, type);
    if (!found)
      throw new Refusal(
        404,
        `Could not resolve to ${type === "User" ? "a User" : "an Organization"} with the login of '${login}'.`,
      );
    return found;
  };
  return {
    repository: ({ owner, name }: { owner: string; name: string }) => {
      try {
        return nodes.repository(world, repositoryAt(world, owner, name));
      } catch {
        throw new Refusal(404, `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      }
    },
    viewer: () => nodes.actor(world, by.actor),
    organization: ({ login }: { login: string }) => named(login, "Organization"),
    user: ({ login }: { login: string }) => named(login, "User"),
    repositoryOwner: ({ login }: { login: string }) => owner(login, undefined),
    rateLimit,
  };
}
