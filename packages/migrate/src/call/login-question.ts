import type { Question } from "../questions.ts";
import type { World } from "../world.ts";
import type { Call } from "./plan-calls.ts";

/**
 * Whether calls may log in to Pulumi Cloud by OIDC. The token they have is the answer without one: another login needs
 * an issuer that only an administrator of the organisation can register.
 */
export function loginQuestion(calls: readonly Call[], { surroundings }: World): readonly Question[] {
  const open = calls.filter(({ login }) => !login.already);
  if (open.length === 0 || surroundings.has("call.login")) return [];
  return [
    {
      key: "call.login",
      text: "How do the steps that ask Pulumi Deployments log in to Pulumi Cloud? (`token`, `oidc`, `oidc:team:NAME` or `oidc:user:NAME`)",
      choices: ["token", "oidc"],
      default: "token",
      effect:
        "`oidc` puts `pulumi/auth-actions` in front of each, allows its job `id-token: write` and nothing else besides, and needs GitHub registered as an OIDC issuer in Pulumi Cloud; then no token is kept in GitHub for them.",
      from: open.map(({ intents: [first] }) => first).flatMap((one) => (one ? [one.occurrences[0].operates.from] : [])),
    },
  ];
}
