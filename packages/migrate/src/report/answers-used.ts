import { byText } from "@gha2pulumi/repo";
import type { World } from "../world.ts";
import type { PlannedAnswer } from "./plan-document.ts";

/** Answers about how the plan is written, or shown elsewhere in it: no operation moves because of one. */
const aboutForm =
  /^(repository|repository-ids|default-branch|accept|phase|secrets|language|settings\.(?:block|repository)|oidc\.subjects|trust-policy\..*)$/;

/** What was told or observed, and stands in no file: the operations that move and the gates that are seen rest on it. */
export function answersUsed({ surroundings }: World): readonly PlannedAnswer[] {
  return [...surroundings]
    .flatMap(([key, value]) => (aboutForm.test(key) ? [] : [{ key, value }]))
    .sort((a, b) => byText(a.key, b.key));
}
