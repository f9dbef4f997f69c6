import { main } from "./main.ts";

await main("gha2pulumi-bot", process.argv.slice(2));
