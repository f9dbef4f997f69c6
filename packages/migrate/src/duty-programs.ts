import { remembered } from "@gha2pulumi/repo";
import { installOf } from "./installs.ts";

/** Programs by what they do, as patterns over their words joined by spaces. What no pattern knows may do anything. */

/** Programs that build something in the work tree, or put a tool in place. They do the same inside a deployment. */
const builds: readonly RegExp[] = [
  /^(npx )?tsc\b/,
  /^go (build|generate|install)\b/,
  /^dotnet (build|publish|tool (install|restore))\b/,
  /^python3? -m (venv|build|compileall)\b/,
  /^cargo (build|lambda build)\b/,
  /^(npm|pnpm|yarn|bun) (install|add|i) /,
  /^(jekyll build|hugo)\b/,
  /^(npx|bunx|(pnpm|yarn|npm)( exec)?) (vite build|next build|astro build|nuxt (build|generate)|ng build|nest build|prisma generate|webpack|rollup|esbuild|tsup)\b/,
  /^(asdf install|uv python install|uv tool install|pipx install|uv export|uv venv)\b/,
  /^(corepack (enable|prepare)|pulumi plugin install)\b/,
  /^(mkdir|cp|mv|ln|rm|zip|unzip|tar|chmod|touch)\b/,
];

/**
 * Programs of the executor's image that log in with values they are given, or write a tool's settings into the home
 * folder, where Pulumi and its providers read them. They do the same inside a deployment.
 */
const setsUp: readonly RegExp[] = [
  // https://docs.aws.amazon.com/cli/latest/reference/configure/set.html
  /^aws configure set [\w.]+ \S+( --profile \S+)?$/,
  // https://docs.aws.amazon.com/cli/latest/reference/eks/update-kubeconfig.html
  /^aws eks update-kubeconfig( --(name|region|alias|role-arn)[ =]\S+)+$/,
  // https://learn.microsoft.com/cli/azure/authenticate-azure-cli-service-principal
  /^az login(?=.* --service-principal)(?!.* --(federated-token|certificate|identity))( --?[\w-]+([ =](?!-)\S+)?)+$/,
  /^az account set( --?[\w-]+[ =]\S+)$/,
  // https://cloud.google.com/sdk/gcloud/reference/config/set
  /^gcloud( --quiet| -q)? config set [\w/]+ \S+( --quiet| -q)?$/,
  // https://helm.sh/docs/helm/helm_repo_add/
  /^helm repo (add( --[\w-]+(=\S+)?)* \S+ \S+( --[\w-]+([ =](?!-)\S+)?)*|update( \S+)*)$/,
  /^kubectl config (use-context|set-context) \S+( --[\w-]+=\S+)*$/,
  // https://docs.npmjs.com/cli/commands/npm-config
  /^(npm|pnpm) config set \S+( \S+)?$/,
  /^git config --global (?!user\.)\S+ \S+$/,
];

/** A program that works with a file of the home folder, which has to be written before: its settings, or a key. */
const readers: readonly RegExp[] = [
  /^chmod (?:-\w+ )?[0-7ugoarwx+=,-]+ (\S+)$/,
  // https://cloud.google.com/sdk/gcloud/reference/auth/activate-service-account
  /^gcloud auth activate-service-account(?: [^-\s]\S*)? --key-file[ =](\S+)(?: --project[ =]\S+)?(?: --quiet| -q)?$/,
];

/** The file that such a program works with; `undefined` for a program that is none, or works with those of the tree. */
export function fileRead(text: string): string | undefined {
  const file = readers.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  return file !== undefined && (text.startsWith("gcloud ") || /^[~/]/.test(file)) ? file : undefined;
}

/** They read a file outside the work tree, which a deployment does not have there. */
const strays = /^(cp|mv|ln)( .*)? [~/]\S* \S|^(chmod|unzip|zip|tar)\b.* [~/]/;

/** Programs that check and change nothing: tests, linters, formatters in their checking form. */
const checks: readonly RegExp[] = [
  /^go (test|vet|fmt)\b/,
  /^dotnet (test|format)\b/,
  /^cargo (test|clippy|fmt)\b/,
  /^python3? -m (pytest|unittest)\b/,
  /^(npx )?(eslint|prettier|vitest|jest)\b/,
  /^(rspec|rubocop|pytest|ruff|black|mypy|flake8|pylint|pyright|basedpyright|gofmt|golangci-lint|actionlint|tox|nox)\b/,
  /^(npm|pnpm|yarn|bun) (audit|outdated)\b/,
];

/** Programs that look or compute and leave nothing behind but their output. */
const looks: readonly RegExp[] = [
  /^(ls|pwd|head|tail|which|whoami|printenv|date|df|du|tree(?!.* -o)|uname|hostname|id|wc|stat|file)\b/,
  /^sort(?!.* (-\w*[ocC]|--output|--check))\b/,
  // A second file is the one that is written.
  /^uniq( -\S+)*( [^-\s]\S*)?$/,
  /^(cut|tr|rev|tac|nl|paste|fold|column|seq|basename|dirname|realpath|readlink|expr|bc)\b/,
  /^(sha256sum|sha1sum|md5sum|base64|cat|grep|egrep|jq|diff|cmp|command -v|type|hash)\b/,
  /^sed(?!.*\s-\w*i)(?!.*--in-place)(?!.*[\s;{}/$\d]w\s)(?!.*[\s;{}/$\d][gIpM\d]*e[gIpM\d]*(\s|$))\s/,
  /^yq(?!.*\s-\w*i)(?!.*--inplace)\s/,
  /^awk (?!.*(system|getline|[>|]))/,
  /^find (?!.*-(delete|exec|execdir|ok|fprint|fls))/,
  /^(whereis|dpkg --print-architecture|yarn config get|npm config get|pnpm ls|npm ls)\b/,
  /^(pnpm store path|yarn cache dir|pip3? cache (dir|info)|npm (root|prefix|bin)|go list|pnpm root)\b/,
  /^git config (--global )?user\.(name|email)\b/,
  /^env$/,
  /^((source|\.) \S*bin\/activate|deactivate)$/,
  /^(node|npm|pnpm|yarn|bun|python3?|pip3?|uv|poetry|go|dotnet|java|ruby|cargo|docker|kubectl|helm|gcloud|az|terraform) (-v|-V|--version|version)( -{1,2}(client|short|json|o \S+|output[ =]\S+))*( -{1,2}format[ =].+)?$/,
  /^kubectl (cluster-info|get|describe|api-resources|config (view|current-context|get-contexts))\b/,
  /^aws eks get-token\b/,
  /^(go env(?! -[wu])|dotnet --info|aws --version|aws sts get-caller-identity|gcloud (info|auth list|config list)|az account show)\b/,
  /^git (?!.*--output)(status|log|rev-parse|show|describe|diff|ls-files|ls-tree|branch --show-current|config --get)\b/,
];

/** Programs that make room on a hosted runner, whose disk is full of tools: nothing a deployment has to do. */
const cleans: readonly RegExp[] = [
  /^rm( -\w+)*( ((\/(usr|opt|var|imagegeneration|swapfile)|~\/\.(cache|npm|yarn|pnpm-store))(\/\S*)?|\S*AGENT_TOOLSDIRECTORY\S*( \}\})?))+$/,
  /^(apt|apt-get)( -\w+)* (clean|autoclean|autoremove)( -\w+)*$/,
  /^docker (system|builder|image|volume|container|buildx) prune( \S+)*$/,
  /^(npm|pnpm|yarn) (cache clean|store prune)( -{1,2}\w+)*$/,
];

/**
 * Programs that put a tool in place, as the set-up actions of `duty-actions.ts` do, or tell `apt` where tools are: the
 * image has them, or it has what is called without them (GP611). One that it lacks and that is called is `missing`.
 */
const tools: readonly RegExp[] = [
  /^(pipx|uv tool|brew|snap|cargo)( -\w)* install( -{1,2}[\w=-]+)*( (uv|poetry|pipenv|hatch|pdm|just|rust-just|go-task|task|mise|pnpm|yarn|awscli|azure-cli|kubectl|kubernetes-cli|helm|jq|google-cloud-sdk)([=@]\S+)?)+( --classic)?$/,
  /^(apt|apt-get)( -\w+)* install( -{1,2}[\w=-]+)*( (apt-transport-https|ca-certificates|gnupg|gnupg2|lsb-release|software-properties-common|build-essential|make|gcc|git|curl|wget|jq|unzip|xz-utils|google-cloud-sdk|google-cloud-cli|google-cloud-sdk-gke-gcloud-auth-plugin|google-cloud-cli-gke-gcloud-auth-plugin|azure-cli|kubectl|helm))+( -{1,2}[\w=-]+)*$/,
  // The image has the plug-in: https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl
  /^gcloud( --quiet| -q)* components install( (gke-gcloud-auth-plugin|kubectl|alpha|beta))+( --quiet| -q)*$/,
  /^tee (-a )?\/etc\/apt\/(sources\.list\.d|keyrings)\/\S+$/,
  // What `jdx/mise-action` does by itself.
  /^mise( -y| --yes)* (install|i|trust)( -{1,2}[\w=-]+)*( [\w@:./-]+)*$/,
  /^apt-key( --keyring \S+)? add -$/,
  /^gpg( --\w+)* --dearmor( --\w+)* (-o|--output) \/(usr\/share|etc\/apt)\/keyrings\/\S+$/,
  /^install -m 0?755 -d \/etc\/apt\/keyrings$/,
];

/** Programs that do something elsewhere and leave nothing in the work tree. */
const outside: readonly RegExp[] = [
  /^docker (build|push|tag|pull|login|logout|buildx|image|inspect|create|rm|rmi|stop|start|wait|logs)\b(?!.* (-o|--output)[ =])/,
  // Of these services no command writes a file, with the exceptions that are named.
  /^aws (acm|autoscaling|cloudfront|cloudwatch|dynamodb|ec2|ecr|ecs|elasticache|elbv2|events|iam|rds|route53|secretsmanager|sns|sqs|stepfunctions)\b/,
  /^aws (cloudformation (?!package\b)|lambda (?!invoke\b)|s3api (?!get-object|select-object)|ssm (?!start-session\b))/,
  // Into a bucket; out of one, it leaves a file.
  /^aws s3 (ls|rm|mb|rb|presign|website)\b/,
  /^aws s3 (cp|sync|mv) ((--(delete|recursive|quiet|only-show-errors|no-progress|size-only|exact-timestamps)|--[\w-]+=\S+|--(region|profile|acl|exclude|include|cache-control|content-type|storage-class|sse) \S+) )*(?!-)\S+ s3:\/\//,
  // These verbs only read, whatever they are about, and fail where there is none: https://learn.microsoft.com/cli/azure/reference-index
  /^az (?!account show\b)[a-z][a-z-]*( [a-z][a-z-]*)* (list|show)( -|$)/,
  /^sleep\b/,
  /^gcloud (builds submit|artifacts|run)\b/,
  /^git (tag|push|fetch)\b/,
  /^gh (api|issue|label|workflow) /,
  /^gh pr (close|comment|create|diff|edit|list|merge|ready|review|status|view)\b/,
  /^gh release (create|delete|edit|list|upload|view)\b/,
  /^gh run (cancel|list|rerun|view|watch)\b/,
  /^curl(?!.*(\s-[A-Za-z]*[oOJDK]|\s-\w*c\b|--output|--remote-name|--cookie-jar|--dump-header|--config|\|))\s/,
  /^exit\b/,
  /^(test|\[)\s/,
];

/** The ways the CLI is installed: https://www.pulumi.com/docs/iac/download-install/ */
const pulumiInstalls: readonly RegExp[] = [
  /^(curl|wget)\b(?=.*\bget\.pulumi\.com\b)(?!.*\bget\.pulumi\.com\/(?!(install\.sh|releases\/sdk\/\S+)?(\s|$)))/,
  /^brew install pulumi(\/\S+)?$/,
  /^(apt|apt-get) update$/,
  /^(apt|apt-get)( -\w+)* install( -{1,2}[\w=-]+)* pulumi(=\S+)?( -{1,2}[\w=-]+)*$/,
];

/** Programs that look, and whose exit code is what they are called for. */
const verdicts: readonly RegExp[] = [
  /^git diff\b.*( --exit-code| --quiet| --check)/,
  /^git (rev-parse\b.* --verify|describe\b.* --exact-match|diff-index|diff-files)\b/,
  /^(sha\d+sum|md5sum|b2sum)\b.* (-c|--check)\b/,
  /^(jq|yq)\b.* (-\w*e\w*|--exit-status)\b/,
];

/**
 * Programs the executor's image does not have: https://github.com/pulumi/pulumi-docker-containers, `docker/pulumi`.
 * What the program of a stack installs itself (`node_modules`, a virtual environment) is not among them.
 */
const missing =
  /^(sudo )?(bundle|rspec|rubocop|ruby|gem|rake|hugo|jekyll|cargo|rustc|rustup|zip|asdf|mise|golangci-lint|actionlint|deno|just|task|terraform|tofu|tflint|flyctl|k6|zig|sops|cosign|bats|php|composer|swift|nix|devbox|pipx|cmake|ninja|sbt|nox|tox|turbo|lerna)\b/;

/** Names of scripts and targets that build or check by convention. Any other name may deploy something. */
const buildNames =
  /^(?:[\w.-]+[:/-])?(?:build|compile|bundle|generate|codegen|gen|tsc|transpile|package|prepare|clean|install|deps|setup|bootstrap|init|restore)(?:[:/.-][\w.:-]*)?$/;
const checkNames =
  /^(?:[\w.-]+[:/-])?(?:test|tests|unit|lint|check|checks|typecheck|types|format|fmt|validate|verify|ci)(?:[:/.-][\w.:-]*)?$/;

/** Parts of a name that say that it does something elsewhere, as in `prepare:destroy` and `clean-db`. */
const acting =
  /(?:^|[:/._-])(?:up|down|destroy|teardown|deploy\w*|undeploy|releases?|publish|push|upload|sync|apply|migrat\w+|db|database|seed|drop|delete|remove|purge|reset|rollback|clusters?|stacks?|remote|notify)(?:$|[:/._-])/;

/** Words in what a script runs that reach beyond the work tree; such a script is not run on every deployment. */
const outward =
  /\b(publish|deploy|destroy|teardown|migrate|rollback|push|release|upload|apply|aws|gcloud|gsutil|az|kubectl|helm|docker|curl|wget|ssh|scp|rsync|terraform|serverless|sls|wrangler|vercel|netlify|firebase|sst|cdk|gh|git)\b/;

/** Programs that run a file which is not read, of which `setup` or `clean` tells too little. */
const interpreter = /^(?:node|deno|bun|tsx|ts-node|python[\d.]*|ruby|php|perl|npx (?:tsx|ts-node)) /;
const vague = /^(?:[\w.-]+[:/-])?(?:package|prepare|clean|install|deps|setup|bootstrap|init|restore)(?:[:/.-]|$)/;

/** Longer commands are no better known for being read: some patterns above take the square of the length. */
const longest = 4_000;

export type ProgramKind = "installs" | "builds" | "sets-up" | "checks" | "looks" | "outside" | "pulumi-install";

/** What a program does, by its words; `undefined` when that is not known. */
export const programKind: (text: string) => ProgramKind | undefined = remembered(5000, (text) => {
  if (text.length > longest) return undefined;
  const fits = (patterns: readonly RegExp[]): boolean => patterns.some((pattern) => pattern.test(text));
  if (fits(pulumiInstalls)) return "pulumi-install";
  if (fits(cleans) || fits(tools)) return "looks";
  if (fits(verdicts)) return "outside";
  const install = installOf(text)?.kind;
  if (install !== undefined) return install === "adds" || install === "apart" ? "builds" : "installs";
  if (fits(builds)) return strays.test(text) ? undefined : "builds";
  const known = text.replaceAll(/\$\{\{ (?:secrets|vars)\.\w+ \}\}/g, "$VALUE");
  if (setsUp.some((pattern) => pattern.test(known))) return "sets-up";
  if (fits(checks)) return "checks";
  if (fits(looks)) return "looks";
  return fits(outside) ? "outside" : undefined;
});

/**
 * Programs that build a program in Java where it stands. The image has them for the CLI, which runs such a program with
 * them: https://www.pulumi.com/docs/iac/languages-sdks/java/
 */
const javaBuilds: readonly (readonly [ProgramKind, RegExp])[] = [
  ["builds", /^(mvn|\.\/mvnw)( -{1,2}[\w=.:-]+)*( (clean|validate|compile|package)( -{1,2}[\w=.:-]+)*)+$/],
  ["builds", /^(gradle|\.\/gradlew)( -{1,2}[\w=.:-]+)*( (clean|classes|jar|assemble|build)( -{1,2}[\w=.:-]+)*)+$/],
  ["checks", /^(mvn|\.\/mvnw|gradle|\.\/gradlew)( -{1,2}[\w=.:-]+)*( (clean|test)( -{1,2}[\w=.:-]+)*)+$/],
];

/** What a program does that builds Java; `runtime` is the language of the Pulumi program in its folder. */
export function javaKind(text: string, runtime: () => string | undefined): ProgramKind | undefined {
  const found = text.length > longest ? undefined : javaBuilds.find(([, pattern]) => pattern.test(text));
  return found !== undefined && runtime() === "java" ? found[0] : undefined;
}

/** Whether a deployment cannot run it, because its image has no such program. */
export function isMissing(text: string): boolean {
  return missing.test(text);
}

/** What a script of the repository does: by its name, if what it runs stays in the work tree. */
export function scriptKind(name: string, inner: readonly string[]): ProgramKind | undefined {
  if (inner.length === 0 || inner.some((text) => outward.test(text))) return undefined;
  if (checkNames.test(name)) return acting.test(name) ? undefined : "checks";
  const isOpen = vague.test(name) && inner.some((text) => interpreter.test(text));
  return buildNames.test(name) && !acting.test(name) && !isOpen ? "builds" : undefined;
}
