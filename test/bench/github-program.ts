// A loopback GitHub for the bench: `node github.js COUNT`, with so many repositories of `acme`. Prints how it is reached
// as one line of JSON, and ends with its standard input.
import { startGitHub } from "../bot/rig/github.ts";
import { manyStacks } from "./generate.ts";

const github = await startGitHub({ limits: { primary: 1_000_000 } });
const files = manyStacks(5);
for (let i = 0; i < Number(process.argv[2] ?? 0); i++)
  github.addRepository({ owner: "acme", name: `network-${i}`, files, collaborators: { migrator: "write" } });
const { url, gitUrl, token } = github;
console.log(JSON.stringify({ url, gitUrl, token }));
process.stdin.resume().on("end", () => void github.close());
