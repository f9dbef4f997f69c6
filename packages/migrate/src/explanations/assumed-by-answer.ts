import { answered, command, look, previewAndUpdate, steps, up, type Example } from "./explanation.ts";

/** What a verdict takes for granted because somebody said so, in the form of `assumed.ts`. */
export const byAnswer: readonly (readonly [code: string, title: string, act: string, example: Example])[] = [
  [
    "GP522",
    "a stack that was answered",
    "Look at the last runs of each branch for the stack they updated.",
    answered(steps(command("pulumi up --yes")), "stack/deploy.yml/deploy", "acme/network/prod"),
  ],
  [
    "GP523",
    "the live one of two states",
    "Compare the stack in Pulumi Cloud with what runs: `pulumi refresh --preview-only`.",
    answered(
      previewAndUpdate(look, up.replace("stack-name", "cloud-url: 's3://acme-state', stack-name")),
      "state/network/prod",
      "pulumi-cloud",
    ),
  ],
  [
    "GP527",
    "unknown commands that a deployment runs",
    "Look at what they do: the deployment starts in a fresh clone, in Pulumi's image, with the role and the variables of its settings.",
    answered(steps(command("node prepare.mjs") + up), "leaves/deploy.yml/deploy", "run"),
  ],
  [
    "GP541",
    "a runner of Pulumi's own",
    "Look at what the program reaches: a private network, a file or a tool of that machine.",
    answered(steps(up, undefined, "runs-on: arc-network\n"), "agent-pool/arc-network", "hosted"),
  ],
];
