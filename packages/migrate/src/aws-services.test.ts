import { isAwsService } from "@gha2pulumi/trust";
import { expect, test } from "vitest";
import { awsServices } from "./aws-services.ts";
import { findProjects } from "./projects.ts";

function seen(file: string, text: string, runtime = "nodejs"): readonly [string, readonly string[]] {
  const tree = new Map([
    ["infra/Pulumi.yaml", runtime === "yaml" ? text : `name: infra\nruntime: ${runtime}\n`],
    ...(runtime === "yaml" ? [] : [[`infra/${file}`, text] as const]),
  ]);
  const { services, unread } = awsServices([...findProjects(tree).values()], tree, isAwsService);
  return [services.join(" "), unread];
}

test.each([
  [
    "TypeScript",
    "index.ts",
    'import * as aws from "@pulumi/aws";\nnew aws.s3.BucketV2("b");\nnew aws.lb.LoadBalancer("l");\naws.getRegion({});\n',
    "ec2 elasticloadbalancing s3",
  ],
  ["another name", "index.ts", 'import * as cloud from "@pulumi/aws";\nnew cloud.sfn.StateMachine("s");\n', "states"],
  ["names", "index.ts", 'import { sqs, cloudwatch as cw } from "@pulumi/aws";\n', "cloudwatch events logs sqs"],
  ["a module", "index.js", 'const kms = require("@pulumi/aws/kms");\n', "kms"],
  ["Python", "__main__.py", "import pulumi_aws as aws\naws.rds.Instance('d')\n", "rds"],
  ["names of Python", "__main__.py", "from pulumi_aws import dynamodb, efs\n", "dynamodb elasticfilesystem"],
  ["Go", "main.go", 'import "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"\n', "route53"],
  ["C#", "Program.cs", "using Pulumi.Aws.Lambda;\n", "lambda"],
  ["packages on it", "index.ts", 'import * as eks from "@pulumi/eks";\n', "autoscaling cloudformation ec2 eks iam ssm"],
])("services of a program in %s", (_, file, text, services) => expect(seen(file, text)).toEqual([services, []]));

test("of a program in YAML", () => {
  const text =
    "name: i\nruntime: yaml\nresources:\n  b: { type: aws:s3/bucket:Bucket }\n  t: { type: 'aws:sns:Topic' }\n";
  expect(seen("", text, "yaml")).toEqual(["s3 sns", []]);
});

test("what cannot be followed is named", () => {
  const text =
    'import * as aws from "@pulumi/aws";\nimport { vpc } from "./vpc";\nimport "@pulumi/datadog";\nnew aws.quantum.Thing();\nconst p = { assumeRoles: [] };\n';
  expect(seen("index.ts", text)).toEqual([
    "",
    [
      "./vpc of infra/index.ts",
      "a role that infra/index.ts assumes: a preview cannot",
      "aws.quantum in infra/index.ts",
      "the package datadog in infra/index.ts",
    ],
  ]);
  expect(seen("other.ts", "")[1]).toEqual(["the program in infra, which is not among the files that were read"]);
});
