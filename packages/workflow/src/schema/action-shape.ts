import { shape, type Shape } from "./shape.ts";

/*
 * The steps of a composite action: https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#runs-for-composite-actions.
 * They see neither secrets nor variables of their caller but those that are handed in.
 */

const reads = "github inputs strategy matrix steps job runner env hashfiles".split(" ");
const text = shape({ scalar: "text", reads });

const ofEveryStep = {
  name: text,
  id: shape({ scalar: "filled" }),
  if: shape({
    scalar: "condition",
    reads: [...reads, "always", "success", "failure", "cancelled"],
    called: "the `if` of a step of an action",
  }),
  env: shape({ others: text }),
  "continue-on-error": shape({ scalar: "boolean", reads }),
};

const withUses = shape({
  keys: { ...ofEveryStep, uses: shape({ scalar: "filled" }), with: shape({ others: text, reads }) },
  called: "a step with `uses` of an action",
});
const withRun = shape({
  keys: { ...ofEveryStep, run: text, shell: text, "working-directory": text },
  needed: ["shell"],
  called: "a step with `run` of an action",
});
const ofNoKind: Shape = { ...withRun, needed: ["uses` or `run"], called: "a step of an action" };

export const actionSteps = shape({
  items: shape({
    called: "a step of an action",
    pick: (keys) => (keys.includes("uses") ? withUses : keys.includes("run") ? withRun : ofNoKind),
  }),
});
