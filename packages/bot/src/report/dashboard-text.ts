import { askedInIssue } from "../campaign/row.ts";
import { totalsOf, type CampaignDocument, type CampaignRepository } from "./campaign-document.ts";
import { campaignSections } from "./campaign-text.ts";

export interface DashboardText {
  readonly title: string;
  readonly body: string;
}

// GitHub allows 65,536; the rest is for what it may count otherwise than we do.
const mostCharacters = 60_000;

/** The hidden line by which the next run finds the issue again. */
export function dashboardMarker(campaign: string): string {
  return `<!-- gha2pulumi-dashboard ${campaign} -->`;
}

/**
 * How a campaign stands, as an issue. It tells no time and no number of a run, so that it stays the same while nothing
 * has changed. Of too many repositories the first are shown: those that failed, and those with a pull request.
 */
export function dashboardText(document: CampaignDocument): DashboardText {
  const { campaign } = document;
  const repositories = document.repositories.map(settled);
  const shown = { ...document, repositories, totals: totalsOf(repositories) };
  const body = (most: number): string =>
    [
      dashboardMarker(campaign),
      "",
      "This issue shows how the campaign stands. Each run overwrites it; once it is closed it is not opened again.",
      ...campaignSections(shown, most),
    ].join("\n");
  let fits = 0;
  let tooMany = repositories.length + 1;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (body(middle).length <= mostCharacters) fits = middle;
    else tooMany = middle;
  }
  return { title: `Campaign ${campaign} of gha2pulumi`, body: body(fits) };
}

/** What a run has just opened and what a later one finds as it was are told alike. */
function settled(one: CampaignRepository): CampaignRepository {
  if (one.reason !== "same-already") return one;
  return one.pull === null ? { ...one, state: "held", reason: askedInIssue } : { ...one, state: "pull", reason: null };
}
