import { action, block, run, token, up, type Row } from "./row.ts";

const staging = action("command: preview, stack-name: '${{ secrets.STAGING }}'");
const prod = action("command: up, stack-name: '${{ secrets.PROD }}'");
const oneName = { "stack/deploy.yml/deploy": "acme/network/prod" };
const saidToRun = { leaves: "run" };

/** Operations that an answer does not let go, because it says less than they would need. */
export const answered: readonly Row[] = [
  {
    what: "a preview of another stack than the update's, with one answer for both",
    steps: staging + prod,
    surroundings: oneName,
    code: "GP600",
  },
  {
    what: "a refresh of another stack than the update's, with one answer for both",
    steps: staging.replace("preview", "refresh") + prod,
    surroundings: oneName,
    code: "GP600",
  },
  {
    what: "updates of two stacks, with one answer for both",
    steps: staging.replace("preview", "up") + prod,
    surroundings: oneName,
    code: "GP600",
  },
  {
    what: "a tunnel in the background, said to run in a deployment",
    steps: run("./tunnel --port 8080 &") + up,
    surroundings: saidToRun,
    code: "GP221",
  },
  {
    what: "a target that leaves a variable, said to run in a deployment",
    steps: run("make name") + up,
    files: { Makefile: 'name:\n\techo "NAME=shop" >> $(GITHUB_ENV)\n' },
    surroundings: saidToRun,
    code: "GP221",
  },
  {
    what: "an action nobody knows",
    steps: "      - uses: acme/open@v1\n" + up,
    surroundings: saidToRun,
    code: "GP221",
  },
  {
    what: "an operation in the background, whose end nobody asks for",
    steps: block(["pulumi up --yes -s acme/network/prod &", "wait"], token),
    code: "GP248",
  },
];
