/**
 * Every action that a workflow written here uses, each at one commit: a tag can be moved to another. `reason` says why
 * this version; a new one is read before it stands here.
 */
export const pinnedActions = {
  /** Trades GitHub's identity for a token of Pulumi Cloud. https://github.com/pulumi/auth-actions/releases */
  pulumiAuth: {
    action: "pulumi/auth-actions",
    commit: "141415910c3beb54e03b48e9057c204c97b956f2",
    release: "v2",
    reason:
      "its action.yml has every input that is given to it (organization, requested-token-type, scope, token-expiration, export-environment-variables, cloud-url) and the output pulumi-access-token",
  },
} as const;

/** What stands behind `uses:`. */
export function pinned({ action, commit, release }: (typeof pinnedActions)[keyof typeof pinnedActions]): string {
  return `${action}@${commit} # ${release}`;
}
