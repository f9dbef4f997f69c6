import type { Configuration } from "../configuration.ts";
import { campaignDocument } from "../report/campaign-document.ts";
import { dashboardText } from "../report/dashboard-text.ts";
import type { DashboardInput } from "./dashboard-work.ts";
import { logged, machineUser } from "./log.ts";
import { runCampaign, type Run } from "./run-campaign.ts";
import { jsonOf, type Row } from "./row.ts";
import { begunRun, campaignState, keepState, type CampaignState } from "./state-of-campaign.ts";

/** How a run ended. */
export interface WholeRun {
  readonly rows: readonly Row[];
  readonly state: CampaignState;
  /** Why the dashboard could not be written; a run does not fail of it. */
  readonly unshown: string | undefined;
}

/** A run from its beginning, or from where it was interrupted, to its end; what held the next wave back is remembered. */
export async function wholeRun(run: Omit<Run, "number">): Promise<WholeRun> {
  const { store } = run.services.engine();
  const { campaign } = run.configuration;
  const number = await begunRun(store, campaign);
  const log = (what: string): Promise<void> => logged(run.services.engine(), campaign, { repository: null, who, what });
  const who = machineUser();
  await log(`run ${number} begins`);
  const { rows, gate } = await runCampaign({ ...run, number });
  const held = gate.kind === "open" ? "" : gate.reason;
  const before = { ...(await campaignState(store, campaign)), held };
  const unshown = await shown({ ...run, number }, rows, before);
  const state = { ...before, state: "ended" as const };
  await keepState(store, campaign, state);
  await log(`run ${number} ends${held === "" ? "" : `: ${held}`}`);
  return { rows, state, unshown };
}

/** Brings the dashboard up to date, where the campaign has one: at most one request that writes. */
export async function shown(run: Run, rows: readonly Row[], state: CampaignState): Promise<string | undefined> {
  const { services, works, configuration, number } = run;
  const { campaign, dashboard }: Configuration = configuration;
  if (dashboard === null) return undefined;
  const engine = services.engine();
  const id = `${campaign}/${number}/dashboard`;
  const input: DashboardInput = { configuration, text: dashboardText(campaignDocument(rows, state, campaign)) };
  const [partition = ""] = dashboard.split("/");
  await engine.enqueue(works.dashboard, id, jsonOf(input), { partition });
  for await (const end of engine.ended([id])) {
    if ("error" in end) return `the dashboard in ${dashboard} could not be written: ${end.error}`;
    if (end.output === "closed-means-no") return `the dashboard in ${dashboard} was closed: it is not opened again`;
  }
  return undefined;
}
