import { shape, type Shape } from "./shape.ts";
import { triggers } from "./trigger-shapes.ts";

/*
 * The keys of a workflow, and what each may hold:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax. What expressions may read is the table of
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability.
 */

const ofRun = ["github", "inputs", "vars"];
const ofJob = [...ofRun, "needs", "strategy", "matrix"];
const ofRunner = [...ofJob, "secrets", "steps", "job", "runner", "env"];
const ofStep = [...ofRunner, "hashfiles"];
const status = ["always", "failure", "cancelled", "success"];

const text = shape({ scalar: "text" });
const filled = shape({ scalar: "filled" });
const words = shape({ scalar: "filled", items: filled });
const number = shape({ scalar: "number" });
const boolean = shape({ scalar: "boolean" });

/** A mapping whose keys anybody may choose. */
function named(value: Shape): Shape {
  return shape({ others: value });
}

function reading(reads: readonly string[], parts: Shape): Shape {
  return { ...parts, reads };
}

const anyAccess = shape({ scalar: ["read", "write", "none"] });
const permissions = shape({
  scalar: ["read-all", "write-all"],
  keys: {
    ...Object.fromEntries(
      (
        "actions artifact-metadata attestations checks code-quality contents deployments discussions drives issues packages " +
        "pages pull-requests repository-projects security-events statuses"
      )
        .split(" ")
        .map((name) => [name, anyAccess]),
    ),
    "id-token": shape({ scalar: ["write", "none"] }),
    "copilot-requests": shape({ scalar: ["write", "none"] }),
    models: shape({ scalar: ["read", "none"] }),
    "vulnerability-alerts": shape({ scalar: ["read", "none"] }),
  },
});

function concurrency(scalar: "text" | "filled", reads: readonly string[]): Shape {
  const keys = { group: filled, "cancel-in-progress": boolean, queue: shape({ scalar: ["single", "max"] }) };
  return shape({ scalar, keys, needed: ["group"], reads });
}

function defaults(reads?: readonly string[]): Shape {
  return shape({ keys: { run: shape({ keys: { shell: filled, "working-directory": filled }, reads }) } });
}

const container = {
  image: filled,
  options: text,
  env: named(reading(ofRunner, text)),
  ports: shape({ items: filled }),
  volumes: shape({ items: filled }),
  credentials: shape({
    keys: { username: filled, password: filled },
    reads: [...ofJob, "secrets", "env"],
  }),
};
const service = shape({ scalar: "filled", keys: { ...container, entrypoint: text, command: text } });

/** Any text, number or mapping: a matrix takes them all. */
const anything = shape({ anything: true, scalar: "text" });
const cells = shape({ items: named(anything) });
const strategy = shape({
  keys: {
    "fail-fast": boolean,
    "max-parallel": number,
    matrix: shape({ keys: { include: cells, exclude: cells }, others: shape({ items: anything }), whole: true }),
  },
  reads: [...ofRun, "needs"],
});

const ofEveryStep = {
  name: reading(ofStep, text),
  id: shape({ scalar: "identifier" }),
  "continue-on-error": reading(ofStep, boolean),
};
const ofWork = {
  ...ofEveryStep,
  if: reading(
    [...ofStep.filter((one) => one !== "secrets"), ...status],
    shape({ scalar: "condition", called: "the `if` of a step" }),
  ),
  "timeout-minutes": reading(ofStep, number),
  env: named(reading(ofStep, text)),
  background: boolean,
};

const stepWithUses = shape({
  keys: { ...ofWork, uses: filled, with: reading(ofStep, named(text)) },
  needed: ["uses"],
  called: "a step with `uses`",
});
const stepWithRun = shape({
  keys: { ...ofWork, run: reading(ofStep, text), "working-directory": reading(ofStep, text), shell: filled },
  needed: ["run"],
  called: "a step with `run`",
});

const stepOfNoKind: Shape = { ...stepWithRun, needed: ["uses` or `run"], called: "a step" };

/** Steps that run no program, and wait for, end or hold others; they are not read any further. */
const aroundOthers = ["wait", "wait-all", "cancel", "parallel"];

const steps = shape({
  items: shape({
    called: "a step",
    pick: (keys) => {
      const other = aroundOthers.find((key) => keys.includes(key));
      if (other !== undefined) return shape({ others: anything });
      return keys.includes("uses") ? stepWithUses : keys.includes("run") ? stepWithRun : stepOfNoKind;
    },
  }),
});

const ofEveryJob = {
  name: reading(ofJob, text),
  needs: words,
  if: reading([...ofRun, "needs", ...status], shape({ scalar: "condition", called: "the `if` of a job" })),
  permissions,
  concurrency: concurrency("filled", ofJob),
  strategy,
};

const job = shape({
  keys: {
    ...ofEveryJob,
    "runs-on": shape({ scalar: "filled", items: filled, keys: { group: filled, labels: words }, reads: ofJob }),
    "timeout-minutes": reading(ofJob, number),
    "cancel-timeout-minutes": reading(ofJob, number),
    "continue-on-error": reading(ofJob, boolean),
    container: shape({ scalar: "text", keys: container, needed: ["image"], reads: ofJob }),
    services: named(reading(ofJob, service)),
    env: named(reading([...ofJob, "secrets"], text)),
    environment: shape({
      scalar: "text",
      keys: {
        name: text,
        url: reading(
          ofRunner.filter((one) => one !== "secrets"),
          text,
        ),
        deployment: boolean,
      },
      needed: ["name"],
      reads: ofJob,
    }),
    outputs: named(reading(ofRunner, text)),
    defaults: defaults([...ofJob, "env"]),
    steps,
    snapshot: shape({
      scalar: "filled",
      keys: { "image-name": filled, if: reading(ofJob, shape({ scalar: "condition" })), version: filled },
      needed: ["image-name"],
    }),
  },
  needed: ["runs-on"],
});

const calling = shape({
  keys: {
    ...ofEveryJob,
    uses: filled,
    with: named(reading(ofJob, text)),
    secrets: shape({ scalar: ["inherit"], others: reading([...ofJob, "secrets"], text) }),
  },
});

/** A job under its id, of either kind. */
export function jobShape(id: string): Shape {
  return shape({
    called: `the job \`${id}\``,
    pick: (keys) => ({ ...(keys.includes("uses") ? calling : job), called: `the job \`${id}\`` }),
  });
}

/** All of a workflow but its jobs. */
export const workflowShape = shape({
  called: "a workflow",
  keys: {
    on: triggers,
    name: text,
    description: text,
    "run-name": reading(ofRun, text),
    defaults: defaults(),
    env: reading([...ofRun, "secrets"], named(text)),
    permissions,
    concurrency: concurrency("text", ofRun),
    // Each job has a shape of its own.
    jobs: shape({ others: shape({ anything: true, reads: [...ofStep, ...status] }) }),
  },
});
