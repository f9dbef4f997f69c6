export { main } from "./main.ts";
export { runCampaign, planCampaign, rowsOf, type Ran, type Run } from "./campaign/run-campaign.ts";
export type { Row } from "./campaign/row.ts";
export { wholeRun, type WholeRun } from "./campaign/whole-run.ts";
export { configurationOf, readConfiguration, type Configuration } from "./configuration.ts";
export { startServer, type CampaignServer } from "./serve/server.ts";
export { openBot, usualState, type Bot } from "./open-bot.ts";
