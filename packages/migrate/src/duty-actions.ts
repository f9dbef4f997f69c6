import type { Duty } from "./intent.ts";

interface Row {
  readonly duty: Duty;
  /** Documentation of what the actions do is at `https://github.com/<name>`. */
  readonly names: readonly string[];
}

/**
 * Actions by what they do to an operation of their job. `owner/*` is every action of an owner's repository of tools.
 * An action that is not here may do anything: before an operation it holds it back, behind it it relies on it.
 */
const rows: readonly Row[] = [
  // They set up a language or a tool, or fill a cache; a deployment's image brings its own (GP611).
  {
    duty: "serves",
    names: [
      "actions/cache",
      "actions/cache/restore",
      "actions/cache/save",
      "actions/setup-node",
      "actions/setup-python",
      "actions/setup-go",
      "actions/setup-java",
      "actions/setup-dotnet",
      "abatilo/actions-poetry",
      "arduino/setup-task",
      "asdf-vm/actions/install",
      "asdf-vm/actions/setup",
      "astral-sh/setup-uv",
      "aws-actions/setup-sam",
      "azure/setup-helm",
      "azure/setup-kubectl",
      "azure/use-kubelogin",
      "bahmutov/npm-install",
      "cachix/install-nix-action",
      "denoland/setup-deno",
      "determinatesystems/magic-nix-cache-action",
      "determinatesystems/nix-installer-action",
      "extractions/setup-just",
      "flox/install-flox-action",
      "google-github-actions/setup-gcloud",
      "gradle/actions/setup-gradle",
      "hashicorp/setup-terraform",
      "jaxxstorm/action-install-gh-release",
      "jpribyl/action-docker-layer-caching",
      "jetify-com/devbox-install-action",
      "jetpack-io/devbox-install-action",
      "moonrepo/setup-toolchain",
      "nixbuild/nix-quick-install-action",
      "oven-sh/setup-bun",
      "pnpm/action-setup",
      "pnpm/setup",
      "ruby/setup-ruby",
      "satackey/action-docker-layer-caching",
      "scribemd/docker-cache",
      "snok/install-poetry",
      "step-security/harden-runner",
      "swatinem/rust-cache",
      "szenius/set-timezone",
      "volta-cli/action",
      "yezz123/setup-uv",
      "actions-rust-lang/setup-rust-toolchain",
      "bats-core/bats-action",
      "cachix/cachix-action",
      "dtolnay/rust-toolchain",
      "grafana/setup-k6-action",
      "homebrew/actions/setup-homebrew",
      "leafwing-studios/cargo-cache",
      "mdgreenwald/mozilla-sops-action",
      "mlugg/setup-zig",
      "nix-community/cache-nix-action",
      "opentofu/setup-opentofu",
      "peaceiris/actions-hugo",
      "reviewdog/action-setup",
      "sigstore/cosign-installer",
      "superfly/flyctl-actions/setup-flyctl",
      "taiki-e/install-action",
      "terraform-linters/setup-tflint",
      "yokawasa/action-setup-kube-tools",
    ],
  },
  // They only look, or make a value that shows wherever it is used.
  {
    duty: "serves",
    names: [
      "actions/create-github-app-token",
      "dorny/paths-filter",
      "rlespinasse/github-slug-action",
      "tibdex/github-app-token",
      "tj-actions/changed-files",
      "trilom/file-changes-action",
      "dependabot/fetch-metadata",
      "step-security/changed-files",
    ],
  },
  // They hold a run back until those of its workflow before it are done, as a concurrency group of the workflow does: a
  // deployment waits for those of its stack.
  {
    duty: "serves",
    names: ["ahmadnassri/action-workflow-queue", "softprops/turnstyle"],
  },
  // They do something elsewhere (a registry, GitHub, a queue) and leave nothing in the work tree.
  {
    duty: "outside",
    names: [
      "actions/github-script",
      "aws-actions/amazon-ecr-login",
      "azure/docker-login",
      "docker/bake-action",
      "docker/build-push-action",
      "docker/login-action",
      "docker/metadata-action",
      "docker/setup-buildx-action",
      "docker/setup-qemu-action",
      "fountainhead/action-wait-for-check",
      "getsentry/action-release",
      "int128/wait-for-workflows-action",
      "lewagon/wait-on-check-action",
      "poseidon/wait-for-status-checks",
      "softprops/action-gh-release",
      "actions/dependency-review-action",
      "gitleaks/gitleaks-action",
      "golangci/golangci-lint-action",
      "raven-actions/actionlint",
      "reviewdog/action-actionlint",
      "reviewdog/action-golangci-lint",
      "reviewdog/action-tflint",
    ],
  },
  // They report, comment or keep something; no operation waits for what they do.
  {
    duty: "stands",
    names: [
      "actions/upload-artifact",
      "8398a7/action-slack",
      "codecov/codecov-action",
      "marocchino/sticky-pull-request-comment",
      "mshick/add-pr-comment",
      "peter-evans/create-or-update-comment",
      "peter-evans/find-comment",
      "rtcamp/action-slack-notify",
      "slackapi/slack-github-action",
      "thollander/actions-comment-pull-request",
      "actions/labeler",
      "dawidd6/action-send-mail",
      "github/codeql-action/upload-sarif",
      "guibranco/github-status-action-v2",
      "trunk-io/analytics-uploader",
    ],
  },
];

const duties: ReadonlyMap<string, Duty> = new Map(
  rows.flatMap(({ duty, names }) => names.map((name) => [name, duty] as const)),
);

/** What an action is to the operations of its job; `undefined` when that is not known. */
export function actionDuty(action: string): Duty | undefined {
  return duties.get(action.toLowerCase());
}
