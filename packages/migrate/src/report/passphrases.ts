import type { Span } from "@gha2pulumi/repo";
import { stackLabel } from "@gha2pulumi/deployments";
import type { Outcome } from "./outcome.ts";

const carriers = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];

/**
 * Stacks whose file is encrypted with a passphrase that no setting hands over, neither by an environment nor by a call.
 * https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers
 */
export function missingPassphrases({
  plan,
  world,
}: Outcome): readonly { readonly message: string; readonly at: Span }[] {
  return plan.settings.flatMap((settings) => {
    const { directory, stack, environment } = settings;
    const file = world.projects.get(directory)?.stacks.get(stack);
    const sent = plan.calls
      .filter(({ intents }) =>
        intents.some(({ occurrences: [one] }) => one.stack === stack && one.directory === directory),
      )
      .flatMap((call) => [...call.sent]);
    if (!file?.salted || carriers.some((name) => environment.has(name) || sent.includes(name))) return [];
    const message = `\`${file.path}\` is encrypted with a passphrase, and nothing hands one to ${stackLabel(settings)}`;
    return [{ message, at: { path: file.path, start: 0, end: 0 } }];
  });
}
