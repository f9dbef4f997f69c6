import { expect, test } from "vitest";
import type { GitHub } from "./github.ts";
import { observe } from "./observe.ts";
import type { RepositoryFacts } from "./repositories.ts";

const facts = { owner: "acme", name: "site", ids: "1001/2002", defaultBranch: "main" } as RepositoryFacts;

/** A GitHub on which a branch is as told, with these rules. */
function gitHub(branch: object, rules: readonly object[], subject: object = { use_default: true }): GitHub {
  const get = async (route: string): Promise<unknown> => {
    if (route.endsWith("/sub")) return subject;
    return route.endsWith("/branches/{branch}") ? branch : { default_workflow_permissions: "read" };
  };
  const pages = async (route: string): Promise<unknown> =>
    route.includes("/rules/") ? [rules] : [{ environments: [] }];
  return { get, pages } as unknown as GitHub;
}

const off = { enabled: false, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } };
const on = {
  enabled: true,
  required_status_checks: { enforcement_level: "everyone", contexts: ["build"], checks: [] },
};
const rule = { type: "required_status_checks", parameters: { required_status_checks: [{ context: "lint" }] } };

test.each([
  ["what is not protected requires none", { protected: false, protection: off }, [], "none"],
  ["classic protection and rules are added up", { protected: true, protection: on }, [rule], "build; lint"],
  ["rules protect a branch without classic protection", { protected: true, protection: off }, [rule], "lint"],
  ["protection that is not shown is unknown", { protected: true }, [], undefined],
  ["so it is where rules are shown", { protected: true }, [rule], undefined],
  [
    "and where it is said to be off, but nothing else protects the branch",
    { protected: true, protection: off },
    [],
    undefined,
  ],
])("%s", async (_, branch, rules, expected) => {
  const { answers, unseen } = await observe(gitHub(branch, rules), facts);
  expect(answers.get("checks.required")).toBe(expected);
  expect(unseen).toEqual(expected === undefined ? ["required checks"] : []);
});

test.each([
  ["names", { use_default: true, use_immutable_subject: false }, "names"],
  ["ids", { use_default: true, use_immutable_subject: true }, "ids"],
  ["not told", { use_default: true }, undefined],
  [
    "of claims of its own",
    { use_default: false, include_claim_keys: ["repo"], use_immutable_subject: true },
    undefined,
  ],
])("subjects of OIDC are %s", async (_, subject, expected) => {
  const { answers } = await observe(gitHub({ protected: false, protection: off }, [], subject), facts);
  expect([answers.get("oidc.subjects"), answers.get("repository-ids")]).toEqual([expected, "1001/2002"]);
});
