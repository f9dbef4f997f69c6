import { expect, test } from "vitest";
import { askedInIssue, type Row } from "./campaign/row.ts";
import { configurationOf } from "./configuration.ts";
import type { RepositoryFacts } from "./github/repositories.ts";
import { leftOut } from "./select.ts";

const facts: RepositoryFacts = {
  id: "R_1",
  owner: "acme",
  name: "site",
  ids: "1001/2002",
  defaultBranch: "main",
  isArchived: false,
  isDisabled: false,
  isFork: false,
  isTemplate: false,
  visibility: "private",
  topics: [],
  pushedAt: "2026-01-01T00:00:00Z",
  canPush: true,
};
const row: Row = { name: "acme/site", state: "pull", reason: "", plan: null, wave: 1, pull: null };
const open: Row = { ...row, pull: { number: 7, url: "", state: "open", isDraft: false } };
const closed: Row = { ...open, pull: { number: 7, url: "", state: "closed", isDraft: false } };
const topic = { topics: ["pulumi", "gha2pulumi-ignore"] };
const sleeps = "inactive-after: 30";

interface Case {
  readonly facts?: Partial<RepositoryFacts>;
  readonly text?: string;
  readonly before?: Row;
}

const table: readonly (readonly [what: string, found: Case, why: string | undefined])[] = [
  ["nothing speaks against it", {}, undefined],
  ["archived", { facts: { isArchived: true }, before: open }, "it is archived"],
  ["disabled", { facts: { isDisabled: true } }, "GitHub has disabled it"],
  ["a fork", { facts: { isFork: true } }, "it is a fork"],
  ["a template", { facts: { isTemplate: true } }, "it is a template"],
  ["nothing may be pushed", { facts: { canPush: false } }, "the bot may not push to it"],
  ["the topic", { facts: topic }, "it has the topic gha2pulumi-ignore"],
  ["the topic, and what was open is closed", { facts: topic, before: closed }, "it has the topic gha2pulumi-ignore"],
  ["the topic, while ours is open there", { facts: topic, before: open }, undefined],
  ["the topic, while its questions are asked", { facts: topic, before: { ...row, reason: askedInIssue } }, undefined],
  ["a topic of another name", { facts: topic, text: "opt-out: {topic: no-bots}" }, undefined],
  ["a glob leaves it out", { text: 'include: ["!acme/s*"]' }, "the campaign's globs leave it out"],
  ["a glob takes others", { text: 'include: ["acme/web-*"]' }, "the campaign's globs leave it out"],
  ["a glob takes it back", { text: 'include: ["!acme/*", "ACME/site"]' }, undefined],
  ["nobody has pushed", { text: sleeps }, "nobody has pushed to it since 2026-01-01"],
  ["nobody has pushed, but ours was there", { text: sleeps, before: closed }, undefined],
];

test.each(table)("%s", (_, { facts: more, text = "", before }, why) => {
  const written = `campaign: move\nrepositories: [{organization: acme}]\n${text}`;
  const configuration = configurationOf(written, "gha2pulumi-bot.yaml", () => "");
  expect(leftOut({ ...facts, ...more }, configuration, { now: Date.UTC(2026, 2, 1), before })).toBe(why);
});
