import { beside, command, job, jobs, look, steps, up, type Example } from "./explanation.ts";

/** What a verdict takes for granted about the machine of a deployment and what runs beside it, in the form of `assumed.ts`. */
export const onRunner: readonly (readonly [code: string, title: string, act: string, example: Example])[] = [
  [
    "GP657",
    "what only a call sends",
    "Start such an operation from its workflow.",
    steps(up + "  env: { IMAGE_TAG: '${{ github.sha }}' }\n"),
  ],
  [
    "GP722",
    "a tool that the image lacks",
    "Look for the tool in the program (`local.Command`, a child process). Where it is called, write an `executorImage` that has it into the settings; what is written there stays.",
    steps(`- uses: hashicorp/setup-terraform@v3\n${up}`),
  ],
  [
    "GP658",
    "a version that the image lacks",
    "Move the workflow to a version that the image has first (Node 22, Python 3.10, .NET 8 or later), and see that it works; or write an `executorImage` with the older one into the settings.",
    beside(steps(`- uses: actions/setup-python@v5\n  with: { python-version: '3.9' }\n${up}`), {
      "Pulumi.yaml": "name: network\nruntime: python\n",
    }),
  ],
  [
    "GP723",
    "a container engine for the program",
    "Look at the first deployment, or let it run on agents of your own that have an engine.",
    beside(steps(up), { "index.ts": 'import * as docker from "@pulumi/docker";\n' }),
  ],
  [
    "GP724",
    "commits that start no workflow",
    "Nothing, where such a commit changes nothing of the stack; else let it go to another branch, or leave its files out by `paths`.",
    jobs(job("deploy", up) + job("bump", command("git commit -am 'bump [skip ci]' && git push"))),
  ],
  [
    "GP725",
    "a variable that a check reads",
    "Where the variable is a switch, such as a freeze, do the check in a job in front of the operation: that becomes a call.",
    steps(`${command("npx eslint .")}${up}  env: { FREEZE: '\${{ vars.FREEZE }}' }\n`),
  ],
  [
    "GP726",
    "runs that are no longer ended",
    "Nothing: an update that is ended half way leaves its stack locked, or its state behind.",
    steps(up, undefined, "concurrency: { group: prod, cancel-in-progress: true }\n"),
  ],
  [
    "GP745",
    "a preview beside its update",
    "Nothing; or let the preview run for pull requests alone, which moves it too.",
    steps(`${look}${up.replace("- uses", "- if: github.ref == 'refs/heads/main'\n  uses")}`, "{ push: {} }"),
  ],
];
