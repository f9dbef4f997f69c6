// Starts the other GitHub, with one organisation and one repository; the first argument is the folder it is installed in.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , folder = "", port = "0", token = ""] = process.argv;
const entry = join(folder, "node_modules/emulate/dist/api.js");
const { createEmulator } = await import(pathToFileURL(entry).href);
await createEmulator({
  service: "github",
  port: Number(port),
  seed: {
    github: {
      users: [{ login: "migrator" }],
      // A member who is no administrator may write nothing there.
      orgs: [{ login: "acme", members: [{ login: "migrator", role: "admin" }] }],
      repos: [{ owner: "acme", name: "shop", auto_init: true, topics: ["infra"] }],
    },
    tokens: { [token]: { login: "migrator", scopes: ["repo", "workflow"] } },
  },
});
console.log("listening");
