// How a REST request finds its handler: by the path templates of GitHub's own description.
import type { Credential, Fields, Json, World } from "./world.ts";

/** What a handler is asked. */
export interface Asked {
  readonly method: string;
  /** The template it matched, as the description has it: `/repos/{owner}/{repo}`. */
  readonly template: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Fields;
  readonly by: Credential;
}

export interface Reply {
  readonly status: number;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (world: World, asked: Asked) => Reply;
export type Routes = Readonly<Record<string, Handler>>;

export const ok = (body: Json, status = 200): Reply => ({ status, body });

/** Parameters that hold slashes: they take the rest of the path. */
const long = new Set(["ref", "path", "branch", "basehead"]);

interface Found {
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  readonly handler: Handler;
}

export function router(routes: Routes): (method: string, path: string) => Found | undefined {
  const table = Object.entries(routes).map(([key, handler]) => {
    const [method, template = ""] = key.split(" ");
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
    const pattern = template.replace(/\{(\w+)\}/g, (_, name: string) => (long.has(name) ? "(.*)" : "([^/]+)"));
    return { method, template, names, pattern: new RegExp(`^${pattern}$`), handler };
  });
  // `…/branches/{branch}/protection/…` goes before `…/branches/{branch}`: the longer template is the nearer one.
  table.sort((left, right) => right.template.length - left.template.length);
  return (method, path) => {
    for (const { template, names, pattern, handler, method: own } of table) {
      const match = own === method ? pattern.exec(path) : null;
      if (!match) continue;
      const params = Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(match[i + 1] ?? "")]));
      return { template, params, handler };
    }
    return undefined;
  };
}

/** One page of a list with its `Link` header; `wrap` puts it into its envelope, where it has one. */
export function paged(
  world: World,
  asked: Asked,
  items: readonly Json[],
  wrap: (page: readonly Json[]) => Json = (page) => page,
): Reply {
  const size = Math.min(Math.max(Number(asked.query.get("per_page") ?? 30) || 30, 1), 100);
  const page = Math.max(Number(asked.query.get("page") ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (name: string, number: number): string => {
    const query = new URLSearchParams(asked.query);
    query.set("page", String(number));
    return `<${world.url}${asked.path}?${query.toString()}>; rel="${name}"`;
  };
  const links = [
    ...(page > 1 ? [link("prev", page - 1)] : []),
    ...(page < last ? [link("next", page + 1), link("last", last)] : []),
    ...(page > 1 ? [link("first", 1)] : []),
  ];
  return {
    status: 200,
    body: wrap(items.slice((page - 1) * size, page * size)),
    headers: links.length === 0 ? {} : { link: links.join(", ") },
  };
}

export function textOf(asked: Asked, name: string): string | undefined {
  const value = asked.body[name];
  return typeof value === "string" ? value : undefined;
}

export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((one): one is string => typeof one === "string") : [];
}
