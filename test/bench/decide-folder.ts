import { readFolder } from "../../packages/cli/src/disk.ts";
import { analyse } from "./stages.ts";

// A program of its own: what it takes to read a folder and to decide, without a proof or a report.
const { tree } = await readFolder(process.argv[2] ?? ".");
process.stdout.write(`${analyse(tree).decisions.length}\n`);
