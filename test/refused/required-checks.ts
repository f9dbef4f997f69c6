import { cell, cells, intoMain, job, look, type Row } from "./row.ts";

const previews = job("preview", look);
const matrix = cell.replace("command: up", "command: preview");

/** Jobs whose check is required. Each would move without the answer; `test.each` below them says so. */
export const requiredChecks: readonly Row[] = [
  {
    what: "a required check",
    on: intoMain,
    jobs: previews,
    surroundings: { "checks.required": "preview" },
    code: "GP270",
  },
  {
    what: "a required check among others",
    on: intoMain,
    jobs: previews,
    surroundings: { "checks.required": "lint, preview" },
    code: "GP270",
  },
  {
    what: "a required check by its name",
    on: intoMain,
    jobs: job("preview", look, "    name: Infra, preview\n"),
    surroundings: { "checks.required": "Infra, preview" },
    code: "GP270",
  },
  {
    what: "a required check of one cell of a matrix",
    on: intoMain,
    jobs: job("preview", matrix, cells("fail-fast: false")),
    surroundings: { "checks.required": "lint; preview (prod)" },
    code: "GP270",
  },
  {
    what: "a required check whose name only a run can tell",
    on: intoMain,
    jobs: job("preview", look, '    name: "preview of ${{ github.head_ref }}"\n'),
    surroundings: { "checks.required": "preview of main" },
    code: "GP270",
  },
  {
    what: "a required check named as a skipped job gives it",
    on: intoMain,
    jobs: job("preview", matrix, cells("fail-fast: false")),
    surroundings: { "checks.required": "preview" },
    code: "GP270",
  },
  {
    what: "a required check named with its file and event",
    on: intoMain,
    jobs: previews,
    surroundings: { "checks.required": "deploy.yml / preview (pull_request)" },
    code: "GP270",
  },
];
