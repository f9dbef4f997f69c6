import { action, cli, job, run, type Row } from "./row.ts";

const on = "{ pull_request: { types: [opened, synchronize, reopened, closed] } }";
const surroundings = { "default-branch": "main", "review-stacks/network": "deployments" };
const name = "acme/network/pr-${{ github.event.number }}";
const open = "    if: github.event.action != 'closed'\n";
const closed = "    if: github.event.action == 'closed'\n";
const make = (stack = name): string => action(`command: up, upsert: true, stack-name: '${stack}'`);
const end = (stack = name): string => action(`command: destroy, remove: true, stack-name: '${stack}'`);
const role = (arn: string): string =>
  `      - uses: aws-actions/configure-aws-credentials@v4\n        with: { role-to-assume: '${arn}', aws-region: eu-central-1 }\n`;
const pair = (first: string, last: string, lines = open): string => job("up", first, lines) + job("down", last, closed);

/** Stacks of pull requests that Deployments must not make, whatever is answered, each with the code of the reason. */
export const reviewStacks: readonly Row[] = [
  { what: "stacks of pull requests, unanswered", on, jobs: pair(make(), end()), code: "GP283" },
  {
    what: "stacks of pull requests that are to stay",
    on,
    jobs: pair(make(), end()),
    surroundings: { ...surroundings, "review-stacks/network": "keep" },
    code: "GP204",
  },
  {
    what: "a stack of a pull request that nothing destroys",
    on,
    jobs: job("up", make(), open),
    surroundings,
    code: "GP283",
  },
  {
    what: "a stack that is destroyed under another name",
    on,
    jobs: pair(make(), end(`${name}-x`)),
    surroundings,
    code: "GP283",
  },
  {
    what: "a stack that nothing makes",
    on,
    jobs: pair(action(`command: up, stack-name: '${name}'`), end()),
    surroundings,
    code: "GP283",
  },
  {
    what: "a stack that another role destroys",
    on,
    jobs: pair(role("arn:aws:iam::111122223333:role/a") + make(), role("arn:aws:iam::111122223333:role/b") + end()),
    surroundings,
    code: "GP283",
  },
  {
    what: "a stack in Azure, which would have to trust it by its name",
    on,
    jobs: pair(
      "      - uses: azure/login@v2\n        with: { client-id: a, tenant-id: b, subscription-id: c }\n" +
        make().replace("env: {", "env: { ARM_USE_OIDC: 'true',"),
      "      - uses: azure/login@v2\n        with: { client-id: a, tenant-id: b, subscription-id: c }\n" +
        end().replace("env: {", "env: { ARM_USE_OIDC: 'true',"),
    ),
    surroundings,
    code: "GP283",
  },
  {
    what: "a stack that tests look at",
    on,
    jobs: pair(make() + run("npm run test:address"), end()),
    surroundings,
    code: "GP212",
  },
  {
    what: "a stack that no draft gets",
    on,
    jobs: pair(make(), end(), "    if: github.event.action != 'closed' && !github.event.pull_request.draft\n"),
    surroundings,
    code: "GP236",
  },
  {
    what: "a stack that no fork gets",
    on,
    jobs: pair(
      make(),
      end(),
      "    if: github.event.action != 'closed' && github.event.pull_request.head.repo.fork == false\n",
    ),
    surroundings,
    code: "GP236",
  },
  {
    what: "a stack that a label asks for",
    on: "{ pull_request: { types: [labeled, synchronize, closed] } }",
    jobs: pair(make(), end()),
    surroundings,
    code: "GP233",
  },
  {
    what: "a stack that is made and destroyed by one step",
    on,
    steps: action(
      `command: "\${{ github.event.action == 'closed' && 'destroy' || 'up' }}", upsert: true, stack-name: '${name}'`,
    ),
    surroundings,
    code: "GP283",
  },
  {
    what: "a stack beside one that has the template's name",
    on,
    jobs: pair(make(), end()) + job("other", cli("pulumi up -y -s acme/network/pr --target urn:x"), open),
    surroundings,
    code: "GP283",
  },
  {
    what: "a stack whose branch nobody has told",
    on,
    jobs: pair(make(), end()),
    surroundings: { "review-stacks/network": "deployments" },
    code: "GP283",
  },
  {
    what: "a stack that knows the number of its pull request",
    on,
    jobs: pair(make().replace("env: {", "env: { NUMBER: '${{ github.event.number }}',"), end()),
    surroundings,
    code: "GP215",
  },
  {
    what: "a stack with a number of a run",
    on,
    jobs: pair(make("acme/network/pr-${{ github.run_id }}"), end("acme/network/pr-${{ github.run_id }}")),
    surroundings,
    code: "GP204",
  },
];
