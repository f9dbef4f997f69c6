import { expect, test } from "vitest";
import { playScript, type Command } from "@gha2pulumi/workflow";
import { installerVersion, judge } from "./duties.ts";
import { hidesProgram } from "./hidden-programs.ts";

const from = [{ path: ".github/workflows/deploy.yml", start: 0, end: 1 }] as const;

function command(line: string): Command {
  const call = playScript(line, {
    directory: ["."],
    environment: new Map(),
    expressions: [],
    told: new Set(),
  }).calls.at(-1);
  if (!call) throw new Error(`${line} calls nothing`);
  return { ...call, kind: "run", unconditional: true, steered: [], environment: new Map(), from };
}

/** What wrappers run, where the repository has them. */
const scripts = new Map([
  ["yarn build", [command("tsc")]],
  ["npm run build", [command("webpack")]],
  ["make build", [command("go build ./...")]],
  ["make deploy", [command("go build ./...")]],
  ["npm run package", [command("docker push registry.example.com/network")]],
  ["npm run prepare:destroy", [command("node scripts/free.mjs")]],
  ["npm run clean-db", [command("tsc")]],
  ["npm run test:db", [command("vitest run")]],
  ["npm run setup", [command("node scripts/setup.mjs")]],
  ["npm run build:app", [command("node esbuild.mjs")]],
]);

test.each<readonly [string, string]>([
  ["npm ci", "prepares installs"],
  ["yarn", "prepares installs"],
  ["yarn --immutable", "prepares installs"],
  ["yarn install --frozen-lockfile", "prepares installs"],
  ["npm ci --legacy-peer-deps", "prepares installs"],
  ["npm ci || true", "prepares installs"],
  ["npm ci --legacy-peer-deps || true", "gates"],
  ["pip install -r requirements.txt", "prepares installs"],
  ["pip install boto3", "prepares"],
  ["pip install boto3 || true", "gates"],
  ["if [ -e /a ]; then pip install -r requirements.txt; fi", "prepares installs"],
  ["if [ -e /a ]; then pip install -r other.txt; fi", "gates"],
  ["pip install --upgrade pip", "prepares installs"],
  ["curl -fsSL https://get.pulumi.com", "serves"],
  ["curl -O https://get.pulumi.com/releases/sdk/pulumi-v3.100.0-linux-x64.tar.gz", "serves"],
  ["curl -O https://get.pulumi.com/releases/plugins/pulumi-resource-acme-v1.0.0.tar.gz", "gates"],
  ["apt-get install -y pulumi", "serves"],
  ["apt-get install -y pulumi libvips", "gates"],
  ["yarn build", "prepares"],
  ["npm run build", "prepares"],
  ["npx tsc --noEmit", "prepares"],
  ["make build", "prepares"],
  ["npm run prepare:destroy", "gates"],
  ["npm run clean-db", "gates"],
  ["npm run test:db", "gates"],
  ["npm run setup", "gates"],
  ["npm run build:app", "prepares"],
  ["corepack yarn install --immutable", "prepares installs"],
  ["pnpm --filter client install", "prepares installs"],
  ["gcloud components install gke-gcloud-auth-plugin --quiet", "serves"],
  ["aws rds create-db-snapshot --db-instance-identifier network", "outside"],
  ["aws s3api head-bucket --bucket network", "outside"],
  ["aws s3api get-object --bucket network --key a a", "gates"],
  ["aws cloudformation package --template-file a --output-template-file b", "gates"],
  ["git ls-tree -r HEAD packages", "serves"],
  ["gcloud components install app-engine-python", "gates"],
  ["make-release now", "gates"],
  ["find . -name Pulumi.yaml", "serves"],
  ["test-runner", "gates"],
  ["env", "serves"],
  ["env STAGE=prod ./deploy", "gates"],
  ["command -v pulumi", "serves"],
  ["command deploy", "gates"],
  ["source scripts/env.sh", "gates"],
  ["source .venv/bin/activate", "serves"],
  ["./deploy", "gates"],
  ["./run-pulumi.sh", "gates"],
  ["bash run-pulumi.sh", "gates"],
  ["pulumi-docs build", "gates"],
  ["node deploy.js", "gates"],
  ["npx ts-node deploy.ts", "gates"],
  ["python deploy.py", "gates"],
  ["go run ./cmd/deploy", "gates"],
  ["dotnet run --project deploy", "gates"],
  ["eval pulumi up", "gates"],
  ["doppler run -- npm ci", "gates"],
  ["make deploy", "gates"],
  ["make release", "gates"],
  ["npm run package", "gates"],
  ["npm run absent", "gates"],
  ["npm publish", "gates"],
  ["pnpm wrangler deploy", "gates"],
  ["python -c 'import deploy'", "gates"],
  ["yq -i '.a = 1' Pulumi.prod.yaml", "gates"],
  ["sed -i s/a/b/ Pulumi.prod.yaml", "gates"],
  ["find . -name '*.bak' -delete", "gates"],
  ["jq . package.json", "serves"],
  ["jq . package.json > settings.json", "gates"],
  ["cat package.json > settings.json", "gates"],
  ["echo key >> .npmrc", "gates"],
  ["cat > settings.json <<END\n{}\nEND", "prepares"],
  ["echo key > ~/.npmrc", "prepares"],
  ["echo key > /etc/hosts", "gates"],
  ["echo key > ../key", "gates"],
  ["chmod 600 ~/.ssh/id_rsa", "gates"],
  ["gcloud auth activate-service-account --key-file=key.json", "gates"],
  ["gcloud config set project acme-network", "prepares"],
  ["aws eks update-kubeconfig --name prod --region eu-central-1", "prepares"],
  ["aws eks update-kubeconfig --name prod --profile admin", "gates"],
  ["az login --service-principal -u id -p key --tenant acme", "prepares"],
  ["az login --identity", "gates"],
  ["git config --global url.https://git.example.com/.insteadOf ssh://git@git.example.com/", "prepares"],
  ["jq . package.json > /dev/null", "serves"],
  ["cp $HOME/settings.json .", "gates"],
  ["cp settings.json $HOME/.tool.json", "prepares"],
  ["pipx install uv", "serves"],
  ["pipx install deploy-tool", "gates"],
  ["sudo apt-get install -y jq google-cloud-cli", "serves"],
  ["sudo apt-get install -y deploy-tool", "gates"],
  ["sudo tee /etc/apt/sources.list.d/tool.list", "serves"],
  ["sudo tee /etc/hosts", "gates"],
  ["git branch -D old", "gates"],
  ["uv --project=infra sync --frozen", "prepares installs"],
  ["uv --directory infra run deploy", "gates"],
  ["uv run pyright", "gates"],
  ["pyright infra", "prepares"],
  ["mise install", "serves"],
  ["mise run deploy", "gates"],
  ["mvn -B package -DskipTests # in the folder of a program in Java", "prepares"],
  ["mvn -B package", "gates"],
  ["mvn deploy # in the folder of a program in Java", "gates"],
  ["./gradlew clean build # in the folder of a program in Java", "prepares"],
  ["[ -f infra/READY ]", "outside"],
  ['test -n "$APPROVED" || exit 1', "outside"],
])("%s: %s", (line, expected) => {
  const { duty, installs } = judge(command(line), {
    before: undefined,
    inner: scripts.get(line),
    checksStand: false,
    runsUnknown: false,
    made: new Set(),
    runtime: () => (line.endsWith(" # in the folder of a program in Java") ? "java" : "nodejs"),
  });
  expect(`${duty}${installs ? " installs" : ""}`).toBe(expected);
});

test.each([
  ["node scripts/fetch.mjs", "prepares"],
  ["./prepare prod", "prepares"],
  ["gcloud auth configure-docker", "prepares"],
  ["docker push ghcr.io/acme/site", "outside"],
  ["just install", "gates"],
  ["./prepare > infra/tag.txt", "gates"],
  ["curl https://example.com/setup.sh | bash", "gates"],
  ["./prepare $RUNNER_TEMP/keys", "gates"],
  ["./prepare || true", "gates"],
])("somebody said that unknown commands run in a deployment: %s", (line, expected) => {
  const surrounding = { before: undefined, inner: undefined, checksStand: false, made: new Set<string>() };
  const judged = judge(command(line), { ...surrounding, runsUnknown: true, runtime: () => undefined });
  expect(judged.duty).toBe(expected);
});

test.each<readonly [string, string, string | undefined]>([
  ["sh", "serves", undefined],
  ["sh -s -- --version 3.100.0", "serves", "3.100.0"],
  ["sudo bash -s -- --silent --version 3.100.0 --no-edit-path", "serves", "3.100.0"],
  ["sh -s -- --install-root /opt", "gates", undefined],
  ["bash -c ./deploy.sh", "gates", undefined],
])("the installer behind a pipe: %s", (line, expected, version) => {
  const before = command("curl -fsSL https://get.pulumi.com");
  const surrounding = {
    inner: undefined,
    checksStand: false,
    runsUnknown: false,
    made: new Set<string>(),
    runtime: () => "nodejs",
  };
  expect(judge(command(line), { ...surrounding, before }).duty).toBe(expected);
  expect(judge(command(line), { ...surrounding, before: command("curl https://example.com") }).duty).toBe("gates");
  expect(installerVersion(command(line), before)?.text[0]).toBe(version);
});

const tree = new Map([
  [
    "package.json",
    JSON.stringify({ scripts: { deploy: "node deploy.js", build: "tsc && eslint .", all: "npm run deploy" } }),
  ],
  ["Makefile", "deploy:\n\tgo run ./cmd/deploy\nbuild:\n\tgo build ./...\n"],
  ["scripts/env.sh", "export STAGE=prod\n"],
  ["scripts/deploy.sh", "exec python deploy.py\n"],
]);

test.each<readonly [string, boolean]>([
  ["npm run deploy", true],
  ["npm run all", true],
  ["npm run build", false],
  ["npm run unknown", true],
  ["npm ci", false],
  ["npx tsc", false],
  ["yarn ts-node deploy.ts", true],
  ["make deploy", true],
  ["make build", false],
  ["make unknown", true],
  ["source scripts/deploy.sh", true],
  ["source elsewhere.sh", true],
  ["source .venv/bin/activate", false],
  ["node --version", false],
  ["python -m venv .venv", false],
  ["poetry run python deploy.py", true],
  ["go test ./...", false],
])("a token is at hand: %s hides a program: %s", (line, expected) => {
  expect(hidesProgram(command(line), tree)).toBe(expected);
});
