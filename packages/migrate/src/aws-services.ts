import { tableOf } from "@gha2pulumi/repo";
import type { Path, Tree } from "@gha2pulumi/repo";
import type { Project } from "./projects.ts";

/** What a program uses of AWS, as prefixes of IAM's actions; and what it imports that nobody could follow. */
export interface AwsServices {
  readonly services: readonly string[];
  readonly unread: readonly string[];
}

/**
 * Modules of Pulumi's package for AWS whose services IAM calls otherwise, or that are of several; any other is called
 * alike. https://www.pulumi.com/registry/packages/aws/api-docs/,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const modules: Readonly<Record<string, string>> = tableOf({
  accessanalyzer: "access-analyzer",
  acmpca: "acm-pca",
  alb: "elasticloadbalancing ec2",
  amp: "aps",
  apigatewayv2: "apigateway",
  appautoscaling: "application-autoscaling",
  cfg: "config",
  cloudcontrol: "cloudformation",
  cloudhsmv2: "cloudhsm",
  cloudwatch: "cloudwatch logs events",
  codestarconnections: "codestar-connections",
  codestarnotifications: "codestar-notifications",
  cognito: "cognito-idp cognito-identity",
  costexplorer: "ce",
  devopsguru: "devops-guru",
  directoryservice: "ds",
  docdb: "rds",
  ebs: "ec2",
  ec2clientvpn: "ec2",
  ec2transitgateway: "ec2",
  ecrpublic: "ecr-public",
  efs: "elasticfilesystem",
  eks: "eks ec2",
  elasticsearch: "es",
  elb: "elasticloadbalancing ec2",
  elbv2: "elasticloadbalancing ec2",
  emr: "elasticmapreduce",
  emrcontainers: "emr-containers",
  emrserverless: "emr-serverless",
  keyspaces: "cassandra",
  kinesis: "kinesis firehose kinesisanalytics kinesisvideo",
  kinesisanalyticsv2: "kinesisanalytics",
  lb: "elasticloadbalancing ec2",
  licensemanager: "license-manager",
  location: "geo",
  macie: "macie2",
  msk: "kafka",
  mskconnect: "kafkaconnect",
  mwaa: "airflow",
  neptune: "rds",
  networkfirewall: "network-firewall",
  opensearch: "es",
  opensearchingest: "osis",
  pinpoint: "mobiletargeting",
  redshiftdata: "redshift-data",
  redshiftserverless: "redshift-serverless",
  resourcegroups: "resource-groups",
  resourcegroupstaggingapi: "tag",
  s3control: "s3",
  s3outposts: "s3-outposts",
  serverlessrepository: "serverlessrepo",
  sesv2: "ses",
  sfn: "states",
  ssmcontacts: "ssm-contacts",
  ssmincidents: "ssm-incidents",
  ssoadmin: "sso",
  timestreamwrite: "timestream",
  vpc: "ec2",
  vpclattice: "vpc-lattice",
  wafregional: "waf-regional",
  workspacesweb: "workspaces-web",
});

/** What packages make that are built on it. */
const packages: Readonly<Record<string, string>> = tableOf({
  awsx: "ec2 ecs ecr elasticloadbalancing iam logs s3 cloudtrail",
  eks: "eks ec2 iam autoscaling ssm cloudformation",
  "aws-apigateway": "apigateway lambda iam",
  "aws-native": "cloudformation",
});

/** Packages that reach no cloud of their own. */
const plain = /^(?:pulumi|random|std|tls|time|command|null|policy)$/;

/** The name of a package of Pulumi's in an import: `@pulumi/aws/s3`, `pulumi_aws.s3`, `pulumi-aws/sdk/v6/go/aws/s3`. */
const imports: readonly RegExp[] = [
  /(?:from|require\(|import)\s*\(?\s*["'](?:@pulumi\/)([\w-]+)(?:\/[\w/]*)?["']/g,
  /^\s*(?:from|import)\s+pulumi_(\w+)/gm,
  /"github\.com\/pulumi\/pulumi-([\w-]+)\/sdk\//g,
  /\busing\s+(?:\w+\s*=\s*)?Pulumi\.(\w+)/g,
];

/** Places of a program that name a module: of an import of its own, behind the package's name, or in a type token. */
function modulesIn(text: string): readonly string[] {
  const own = [...text.matchAll(/import\s+\*\s+as\s+(\w+)\s+from\s+["']@pulumi\/aws(?:-native)?["']/g)].map(
    ([, name]) => name,
  );
  const python = [...text.matchAll(/^\s*import\s+pulumi_aws(?:_native)?\s+as\s+(\w+)/gm)].map(([, name]) => name);
  const names = [...new Set(["aws", "pulumi_aws", "Aws", "awsnative", "aws_native", ...own, ...python])].join("|");
  const patterns = [
    new RegExp(`(?<![\\w.])(?:${names})\\.([A-Za-z]\\w*)\\s*\\.`, "g"),
    /["']@pulumi\/aws(?:-native)?\/(\w+)/g,
    /\bpulumi_aws(?:_native)?\.(\w+)/g,
    /pulumi-aws(?:-native)?\/sdk\/(?:v\d+\/)?go\/aws\/(\w+)/g,
    /\bPulumi\.Aws(?:Native)?\.(\w+)/g,
    /["'\s]aws(?:-native)?:(\w+)[:/]\w/g,
  ];
  const lists = [
    ...text.matchAll(/import\s*\{([^}]*)\}\s*from\s*["']@pulumi\/aws(?:-native)?["']/g),
    ...text.matchAll(/^\s*from\s+pulumi_aws(?:_native)?\s+import\s+\(?([\w\s,]+)/gm),
  ].flatMap(([, list = ""]) => list.split(",").map((one) => /^\s*(\w+)/.exec(one)?.[1] ?? ""));
  const found = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, module = ""]) => module));
  return [...found, ...lists].filter((one) => one !== "").map((one) => one.toLowerCase());
}

// Of the package itself, and not of a service; a region or an account is asked for without a module.
const noModule = /^(?:config|types|provider|index|get\w*|arn|region|input|output|invoke)$/;

/** What a program of these projects uses, as far as its first file tells: lexical, and no more than a start. */
export function awsServices(
  projects: readonly Project[],
  tree: Tree,
  isService: (prefix: string) => boolean,
): AwsServices {
  const services = new Set<string>();
  const unread = new Set<string>();
  for (const project of projects) {
    const sources = sourcesOf(project, tree);
    if (sources.length === 0)
      unread.add(`the program in ${project.directory}, which is not among the files that were read`);
    for (const path of sources) {
      const text = tree.get(path) ?? "";
      for (const module of modulesIn(text)) {
        if (noModule.test(module)) continue;
        const prefixes = (modules[module] ?? module).split(" ");
        for (const prefix of prefixes.filter(isService)) services.add(prefix);
        if (!prefixes.some(isService)) unread.add(`aws.${module} in ${path}`);
      }
      for (const name of packagesIn(text)) {
        const more = packages[name];
        if (more !== undefined) for (const prefix of more.split(" ")) services.add(prefix);
        else if (name !== "aws" && !plain.test(name)) unread.add(`the package ${name} in ${path}`);
      }
      for (const local of localsIn(path, text)) unread.add(`${local} of ${path}`);
      if (/\bassume_?roles?\b/i.test(text)) unread.add(`a role that ${path} assumes: a preview cannot`);
    }
  }
  return { services: [...services].sort(), unread: [...unread].sort() };
}

function packagesIn(text: string): ReadonlySet<string> {
  const found = imports.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = ""]) => name));
  return new Set(
    found.map((name) =>
      name
        .toLowerCase()
        .replaceAll("_", "-")
        .replace(/^awsnative$/, "aws-native"),
    ),
  );
}

/** What is imported by a path, or is a module of the folder: only first files of programs are in the tree. */
function localsIn(path: Path, text: string): readonly string[] {
  const found = path.endsWith(".py")
    ? text.matchAll(/^\s*(?:from\s+(\.[\w.]*)\s+import\b|import\s+(\.[\w.]*))/gm)
    : text.matchAll(/(?:from|require\(|import)\s*\(?\s*["'](\.{1,2}\/[^"']*)["']/g);
  return [...new Set([...found].map(([, one, other]) => one ?? other ?? ""))];
}

function sourcesOf({ directory, path, runtime }: Project, tree: Tree): readonly Path[] {
  const names = ["index.ts", "index.js", "__main__.py", "main.go", "Program.cs", "Main.yaml", "Main.json"];
  const prefix = directory === "." ? "" : `${directory}/`;
  const found = names.map((name) => `${prefix}${name}`).filter((one) => tree.has(one));
  return runtime === "yaml" ? [path, ...found] : found;
}
