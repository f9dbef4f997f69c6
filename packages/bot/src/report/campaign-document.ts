import type { Row } from "../campaign/row.ts";
import type { CampaignState } from "../campaign/state-of-campaign.ts";

/** A campaign as `--format json` prints it. */
export interface CampaignDocument {
  readonly schemaVersion: 1;
  readonly campaign: string;
  readonly run: number;
  readonly paused: boolean;
  /** Why no further wave was opened; null when there was no reason. */
  readonly held: string | null;
  readonly totals: Readonly<Record<string, number>>;
  readonly repositories: readonly CampaignRepository[];
  /** Reusable workflows of other repositories that run Pulumi: they are migrated once, where they are. */
  readonly central: readonly CentralWorkflow[];
}

export interface CampaignRepository {
  readonly name: string;
  readonly state: Row["state"];
  readonly reason: string | null;
  readonly wave: number | null;
  readonly risk: string | null;
  readonly riskReasons: readonly string[];
  readonly shape: string | null;
  readonly files: number;
  readonly openQuestions: number;
  readonly differences: number;
  readonly pull: Row["pull"];
}

export interface CentralWorkflow {
  /** `owner/name/path`, and the ref by which it is called. */
  readonly workflow: string;
  readonly ref: string;
  readonly callers: readonly string[];
}

export function campaignDocument(
  rows: readonly Row[],
  { run, paused, held }: CampaignState,
  campaign: string,
): CampaignDocument {
  return {
    schemaVersion: 1,
    campaign,
    run,
    paused,
    held: held === "" ? null : held,
    totals: totalsOf(rows),
    repositories: rows.map(repositoryOf),
    central: centralOf(rows),
  };
}

/** How many there are of each state. */
export function totalsOf(rows: readonly Pick<Row, "state">[]): Readonly<Record<string, number>> {
  const totals = new Map<string, number>();
  for (const { state } of rows) totals.set(state, (totals.get(state) ?? 0) + 1);
  return Object.fromEntries([...totals].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function repositoryOf({ name, state, reason, wave, plan, pull }: Row): CampaignRepository {
  return {
    name,
    state,
    reason: reason === "" ? null : reason,
    wave,
    risk: plan?.risk ?? null,
    riskReasons: plan?.riskReasons ?? [],
    shape: plan?.shape ?? null,
    files: plan?.files ?? 0,
    openQuestions: plan?.openQuestions ?? 0,
    differences: plan?.differences ?? 0,
    pull,
  };
}

/** `@owner/repo@ref/.github/workflows/file.yml:1:1`, as a place in a file that was brought from elsewhere. */
const brought = /^@(?<repository>[^@]+)@(?<ref>.+)\/(?<path>\.github\/workflows\/[^/:]+)(?::\d+:\d+)?$/;

function centralOf(rows: readonly Row[]): readonly CentralWorkflow[] {
  const found = new Map<string, { workflow: string; ref: string; callers: Set<string> }>();
  for (const { name, plan } of rows) {
    for (const { location } of plan?.audited.operations ?? []) {
      const { repository, ref = "", path } = brought.exec(location)?.groups ?? {};
      if (repository === undefined) continue;
      const workflow = `${repository}/${path}`;
      const one = found.get(`${workflow}@${ref}`) ?? { workflow, ref, callers: new Set<string>() };
      one.callers.add(name);
      found.set(`${workflow}@${ref}`, one);
    }
  }
  return [...found.values()]
    .map((one) => ({ ...one, callers: [...one.callers].sort() }))
    .sort((a, b) => b.callers.length - a.callers.length || (a.workflow < b.workflow ? -1 : 1));
}
