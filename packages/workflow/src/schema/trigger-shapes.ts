import { shape, type Shape } from "./shape.ts";

const text = shape({ scalar: "text" });
const filled = shape({ scalar: "filled" });
const words = shape({ scalar: "filled", items: filled });
const ofRun = ["github", "inputs", "vars"];
const boolean = shape({ scalar: "boolean" });

function event(keys: string): Shape {
  const names = keys.split(" ").filter((key) => key !== "");
  return shape({ empty: true, keys: Object.fromEntries(names.map((key) => [key, words])) });
}

const branches = "branches branches-ignore";
const paths = "paths paths-ignore";

const input = { description: text, required: boolean, "deprecation-message": text };

const call = {
  inputs: shape({
    empty: true,
    others: shape({
      keys: {
        ...input,
        type: shape({ scalar: ["string", "boolean", "number"] }),
        default: shape({ scalar: "text", reads: ofRun }),
      },
      needed: ["type"],
    }),
  }),
  secrets: shape({ empty: true, others: shape({ empty: true, keys: { description: text, required: boolean } }) }),
  outputs: shape({
    empty: true,
    others: shape({
      keys: { description: text, value: shape({ scalar: "text", reads: [...ofRun, "jobs"] }) },
      needed: ["value"],
    }),
  }),
};
const dispatch = {
  inputs: shape({
    empty: true,
    others: shape({
      empty: true,
      keys: {
        ...input,
        type: shape({ scalar: ["string", "boolean", "number", "environment", "choice"] }),
        default: text,
        options: shape({ items: text }),
      },
    }),
  }),
};

/** Which kinds of activity there are grows from year to year, and is not looked at. */
const activity = event("types");

/** Nothing may stand behind it. */
const bare = shape({ empty: true });

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows */
const events: Readonly<Record<string, Shape>> = {
  branch_protection_rule: activity,
  check_run: activity,
  check_suite: activity,
  create: bare,
  delete: bare,
  deployment: bare,
  deployment_status: bare,
  discussion: activity,
  discussion_comment: activity,
  fork: bare,
  gollum: bare,
  image_version: event("types names versions"),
  issue_comment: activity,
  issues: activity,
  label: activity,
  merge_group: event(`types ${branches}`),
  milestone: activity,
  page_build: bare,
  project: activity,
  project_card: activity,
  project_column: activity,
  public: bare,
  pull_request: event(`types ${branches} ${paths}`),
  pull_request_comment: activity,
  pull_request_review: activity,
  pull_request_review_comment: activity,
  pull_request_target: event(`types ${branches} ${paths}`),
  push: event(`${branches} tags tags-ignore ${paths}`),
  registry_package: activity,
  release: activity,
  repository_dispatch: activity,
  schedule: shape({ items: shape({ keys: { cron: filled, timezone: filled }, needed: ["cron"] }) }),
  status: bare,
  watch: activity,
  workflow_call: shape({ empty: true, keys: call }),
  workflow_dispatch: shape({ empty: true, keys: dispatch }),
  workflow_run: event(`types workflows ${branches}`),
};

const name = shape({ scalar: Object.keys(events) });

/** `on:` in its three spellings. */
export const triggers = shape({ scalar: Object.keys(events), empty: true, items: name, keys: events });
