import { beside, steps, up, type Explanation } from "./explanation.ts";

const action = (inputs: string, run: string): string =>
  `name: set-up\ninputs:\n  ${inputs}: { default: v3 }\nruns:\n  using: composite\n  steps:\n    - ${run}\n`;
const used = steps(`- uses: ./.github/actions/set-up\n${up}`);
const path = ".github/actions/set-up/action.yml";

/** What GitHub refuses or leaves empty while a job runs, and what is not read: GP292 to GP294. */
export const refused: readonly Explanation[] = [
  {
    code: "GP292",
    title: "an action that GitHub refuses",
    means:
      "A composite action of the repository has a step that GitHub does not take: a `run` without `shell`, a key that steps of actions do not have, or an expression that reads `secrets` or `vars`. The step that uses it fails, so nothing of its job behind it has worked. Moved, it would run for the first time.",
    act: "Mend the action, see that the workflow works, and plan again; or delete it.",
    example: beside(used, { [path]: action("version", "run: ./install ${{ inputs.version }}") }),
  },
  {
    code: "GP293",
    title: "a part of a workflow that is not read",
    means:
      "Steps run beside one another (`background`, `parallel`, `wait`), or one expression stands where a mapping of keys is expected (`strategy`, `with`), or quoted text goes on no deeper than its key, which YAML forbids and many parsers read. GitHub may well run it; what it does here is not known.",
    act: "It is kept as it is. Write the keys out, run the steps one after another, or indent the text.",
    example: steps(up.replace("- uses", "- background: true\n  uses")),
  },
  {
    code: "GP294",
    title: "an input that nothing declares",
    means:
      "An action or a workflow reads `inputs.NAME` and declares no input of that name, often because another spelling of it is declared. GitHub gives an empty text then, without a word: a token, a credential, a stack or a folder is empty in place of what was meant, and what a caller hands in is read by nothing.",
    act: "Write the name as it is declared, or declare the input, and see that the workflow works. Operations of the job stay until then.",
    example: beside(used, {
      [path]: action("tool-version", "{ shell: bash, run: './install ${{ inputs.tool_version }}' }"),
    }),
  },
];
