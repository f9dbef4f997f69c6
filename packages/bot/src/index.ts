export { main } from "./main.ts";
export { runCampaign, planCampaign, rowsOf, type Ran, type Run } from "./campaign/run-campaign.ts";
export type { Row } from "./campaign/row.ts";
export { configurationOf, readConfiguration, type Configuration } from "./configuration.ts";
export { openBot, usualState, type Bot } from "./open-bot.ts";
