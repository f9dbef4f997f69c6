import type { Configuration } from "../configuration.ts";
import type { Context, Json, Work } from "../engine/engine.ts";
import type { GitHub } from "../github/github.ts";
import { dashboardMarker, type DashboardText } from "../report/dashboard-text.ts";
import { reading, writing } from "./asking.ts";
import { logged } from "./log.ts";
import type { Services } from "./outside.ts";
import { refusePaused } from "./state-of-campaign.ts";

/** What the control repository is to show. */
export interface DashboardInput {
  readonly configuration: Configuration;
  readonly text: DashboardText;
}

export type Shown = "opened" | "edited" | "unchanged" | "closed-means-no";

/** Keeps the one issue that shows how a campaign stands: found before it is opened, and edited only to say something else. */
export function dashboardWork(services: Services): Work<Json, Json> {
  return {
    name: "dashboard",
    run: async (input, context) => await shown(services, input as unknown as DashboardInput, context),
  };
}

interface SeenIssue {
  readonly number: number;
  readonly isOpen: boolean;
  readonly title: string;
  readonly body: string;
}

async function shown(services: Services, { configuration, text }: DashboardInput, context: Context): Promise<Shown> {
  const { campaign, dashboard } = configuration;
  const engine = services.engine();
  const [owner = "", repo = ""] = (dashboard ?? "").split("/");
  const gitHub = await services.credentials.of(owner);
  const me = await reading(context, "login", () => services.credentials.loginOf(owner));
  const sought = { at: { owner, repo }, me, campaign };
  const found = (await reading(context, "issues", async () => {
    const pages = await gitHub.pages("GET /repos/{owner}/{repo}/issues", { owner, repo, creator: me, state: "all" });
    return (seenIn(pages.flat(), campaign) ?? null) as unknown as Json;
  })) as unknown as SeenIssue | null;
  const write = async (name: string, effect: () => Promise<Json>): Promise<void> => {
    await refusePaused(engine.store, campaign);
    await writing(context, engine, gitHub.credential, name, async () => {
      await effect();
      await logged(engine, campaign, { repository: dashboard, who: me, what: `dashboard: ${name}` });
      return null;
    });
  };
  if (found === null) {
    await write("open", () => opened(gitHub, sought, text));
    return "opened";
  }
  if (!found.isOpen) return "closed-means-no";
  if (found.title === text.title && plain(found.body) === plain(text.body)) return "unchanged";
  await write("edit", async () => {
    const wanted = { owner, repo, issue_number: found.number, ...text };
    await gitHub.write("PATCH /repos/{owner}/{repo}/issues/{issue_number}", wanted);
    return null;
  });
  return "edited";
}

interface Sought {
  readonly at: { readonly owner: string; readonly repo: string };
  readonly me: string;
  readonly campaign: string;
}

/** Nothing keeps two issues of one title apart, so an attempt whose answer was lost is looked for again. */
async function opened(gitHub: GitHub, { at, me, campaign }: Sought, text: DashboardText): Promise<null> {
  const listed = await gitHub.once("GET /repos/{owner}/{repo}/issues", { ...at, creator: me, state: "open" });
  if (seenIn(listed, campaign) === undefined)
    await gitHub.write("POST /repos/{owner}/{repo}/issues", { ...at, ...text });
  return null;
}

interface Listed {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body?: string | null;
  readonly pull_request?: unknown;
}

/** The campaign's dashboard, an open one before the newest of those that were closed. */
function seenIn(listed: readonly Listed[], campaign: string): SeenIssue | undefined {
  const own = listed
    .filter(({ body, pull_request: pull }) => pull === undefined && (body ?? "").startsWith(dashboardMarker(campaign)))
    .map(({ number, state, title, body }) => ({ number, isOpen: state === "open", title, body: body ?? "" }));
  return own.sort((a, b) => Number(b.isOpen) - Number(a.isOpen) || b.number - a.number)[0];
}

/** GitHub may give line ends of its own. */
function plain(text: string): string {
  return text.replace(/\r\n/g, "\n").trim();
}
