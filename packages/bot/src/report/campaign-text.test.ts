import { expect, test } from "vitest";
import type { CampaignDocument, CampaignRepository } from "./campaign-document.ts";
import { campaignMarkdown, campaignText } from "./campaign-text.ts";

const url = "https://github.com/acme/site/pull/7";
const repository: CampaignRepository = {
  name: "acme/site",
  state: "left",
  reason: "same-already",
  wave: 1,
  risk: "low",
  riskReasons: [],
  shape: "a",
  files: 2,
  openQuestions: 0,
  differences: 0,
  pull: { number: 7, url, state: "open", isDraft: true },
};
const document: CampaignDocument = {
  schemaVersion: 1,
  campaign: "move",
  run: 2,
  paused: false,
  held: null,
  totals: { left: 1 },
  repositories: [repository],
  central: [],
};

test("a pull request has its address once, in a terminal and in Markdown", () => {
  expect(campaignText(document)).toContain(`acme/site  is left as it is  wave 1  low  ${url} (draft) up to date\n`);
  const row = campaignMarkdown(document)
    .split("\n")
    .find((line) => line.includes("acme/site"));
  expect(row).toContain(`[#7](${url}) (draft) up to date`);
  expect(row?.split(url)).toHaveLength(2);
});
