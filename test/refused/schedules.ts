import { action, cli, run, up, type Row } from "./row.ts";

const on = "{ schedule: [{ cron: '17 3 * * *' }] }";
const detect = { "schedule/deploy.yml/deploy": "detect" };
const look = "pulumi refresh --preview-only --expect-no-changes -s acme/network/prod";

const destroy = action("command: destroy, stack-name: acme/network/prod");

/** What the clock starts and must not move, each with the code of the reason. */
export const schedules: readonly Row[] = [
  {
    what: "a preview that must find no change, unanswered",
    on,
    steps: cli("pulumi preview -r --expect-no-changes -s acme/network/prod"),
    code: "GP280",
  },
  {
    what: "a refresh that fails on change, unanswered",
    on,
    steps: cli("pulumi refresh -y --expect-no-changes -s acme/network/prod"),
    code: "GP280",
  },
  {
    what: "a look that passes whatever it finds, unanswered",
    on,
    steps: cli("pulumi refresh --preview-only -s acme/network/prod"),
    code: "GP280",
  },
  {
    what: "a look for drift that is to stay",
    on,
    steps: cli("pulumi refresh --preview-only -s acme/network/prod"),
    surroundings: { "schedule/deploy.yml/deploy": "keep" },
    code: "GP280",
  },
  {
    what: "a preview that compares program and state alone",
    on,
    steps: cli("pulumi preview --expect-no-changes -s acme/network/prod"),
    surroundings: detect,
    code: "GP214",
  },
  { what: "a look at some resources", on, steps: cli(`${look} --target urn:x`), surroundings: detect, code: "GP214" },
  {
    what: "a look for drift whose flag an expression sets",
    on,
    steps: action("command: refresh, stack-name: acme/network/prod, expect-no-changes: '${{ vars.STRICT }}'"),
    surroundings: detect,
    code: "GP214",
  },
  {
    what: "a look for drift for pull requests too",
    on: "{ schedule: [{ cron: '17 3 * * *' }], pull_request: { branches: [main] } }",
    steps: cli(look),
    surroundings: detect,
    code: "GP214",
  },
  {
    what: "a look for drift that Azure would have to trust",
    on,
    steps:
      "      - uses: azure/login@v2\n        with: { client-id: a, tenant-id: b, subscription-id: c }\n" +
      cli(look).replace("env: {", "env: { ARM_USE_OIDC: 'true',"),
    code: "GP280",
  },
  ...["*/2 * * * *", "0,3 7 * * 1", "58,59 * * * *", "7/10 * * * *", "0 6 * * mon", "0 0 */2 * 1", "@daily"].map(
    (cron) => ({
      what: `a schedule that may mean something else: ${cron}`,
      on: `{ schedule: [{ cron: '${cron}' }] }`,
      steps: up,
      code: "GP282",
    }),
  ),
  {
    what: "a destroy some hours after somebody asked for it",
    on: "workflow_dispatch",
    steps: run("sleep 4h") + destroy,
    code: "GP229",
  },
  {
    what: "a destroy some hours later in the same script",
    on: "workflow_dispatch",
    steps: cli("sleep 4h; pulumi destroy --yes -s acme/network/prod"),
    code: "GP229",
  },
  {
    what: "a time to live that a script sets",
    on: "workflow_dispatch",
    steps: cli("pulumi up -y -s acme/network/prod && pulumi stack schedule new --kind ttl --once 2030-01-01T00:00:00Z"),
    code: "GP212",
  },
  {
    what: "a schedule in a zone of its own",
    on: "{ schedule: [{ cron: '0 6 * * *', timezone: Europe/Berlin }] }",
    steps: up,
    code: "GP238",
  },
  {
    what: "an update that refreshes, unanswered",
    on,
    steps: cli("pulumi up -y --refresh -s acme/network/prod"),
    code: "GP281",
  },
  {
    what: "a refresh and an update, unanswered",
    on,
    steps: cli("pulumi refresh -y -s acme/network/prod && pulumi up -y -s acme/network/prod"),
    code: "GP281",
  },
  {
    what: "an update that refreshes, with the answer to another question",
    on,
    steps: cli("pulumi up -y --refresh -s acme/network/prod"),
    surroundings: detect,
    code: "GP281",
  },
];
