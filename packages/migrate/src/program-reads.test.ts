import { expect, test } from "vitest";
import { mayReadFiles } from "./program-reads.ts";
import { findProjects } from "./projects.ts";

function reads(files: Readonly<Record<string, string>>, names: readonly string[] = []): boolean {
  const tree = new Map(Object.entries(files));
  const project = findProjects(tree).get("infra");
  if (!project) throw new Error("there is no project");
  return mayReadFiles(project, "prod", names, tree);
}

const node = (text: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  "infra/Pulumi.yaml": "name: network\nruntime: nodejs\n",
  "infra/index.ts": text,
  ...more,
});
const python = (text: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  "infra/Pulumi.yaml": "name: network\nruntime:\n  name: python\n",
  "infra/__main__.py": text,
  ...more,
});
const yaml = (text: string): Readonly<Record<string, string>> => ({
  "infra/Pulumi.yaml": `name: network\nruntime: yaml\n${text}`,
});

const zone = 'import * as aws from "@pulumi/aws";\nnew aws.route53.Zone("a", { name: process.env.DOMAIN });\n';

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ["resources alone", node(zone)],
  ["a role and its profile", node(`${zone}new aws.iam.InstanceProfile("a", { path: "/" });`)],
  ["a task with a role of its own", node(`${zone}export const executionRoleArn = "arn";`)],
  ["a module of its own", node(`import { a } from "./dns";\n${zone}`, { "infra/dns.ts": "export const a = 1;\n" })],
  [
    "Python",
    python("import os\nimport pulumi_aws as aws\nfrom pulumi import Config\naws.s3.Bucket(os.environ['NAME'])\n"),
  ],
  ["a module of its own in Python", python("import dns\n", { "infra/dns.py": "import json\n" })],
  ["YAML", yaml("resources:\n  a:\n    type: aws:s3:Bucket\n")],
  ["YAML that looks up", yaml("variables:\n  a:\n    fn::invoke:\n      function: aws:getRegion\n")],
])("reads no file: %s", (_, files) => {
  expect(reads(files)).toBe(false);
});

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ["node:fs", node(`import { readdirSync } from "node:fs";\n${zone}`)],
  ["require", node(`const fs = require("fs");\n${zone}`)],
  ["import = require", node(`import fs = require("fs");\n${zone}`)],
  ["a dynamic import", node(`${zone}await import("./" + name);`)],
  ["a package nobody has looked at", node('import { load } from "@acme/settings";\n')],
  ["charts", node('import * as k8s from "@pulumi/kubernetes";\n')],
  ["images", node('import * as docker from "@pulumi/docker";\n')],
  ["commands", node('import { local } from "@pulumi/command";\n')],
  ["an archive", node(`${zone}new pulumi.asset.FileArchive("../site");`)],
  ["a folder of its own", node(`${zone}export const here = __dirname;`)],
  ["a provider with a key", node(`${zone}new aws.Provider("a", {});`)],
  ["a function made of text", node(`${zone}new Function("return 1")();`)],
  ["a module that is not there", node(`import { a } from "./dns";\n${zone}`)],
  ["a module above", node(`import { a } from "../dns";\n${zone}`, { "dns.ts": "export const a = 1;\n" })],
  ["a module that reads", node('import { a } from "./dns";\n', { "infra/dns.ts": 'import "fs";\n' })],
  ["a built program", node(zone, { "infra/package.json": '{ "main": "bin/index.js" }' })],
  ["another entry", { ...node(zone), "infra/Pulumi.yaml": "name: network\nruntime: nodejs\nmain: src\n" }],
  ["open", python("import pulumi\nopen('a').read()\n")],
  ["pathlib", python("from pathlib import Path\n")],
  ["os.path", python("import os\nos.path.exists('a')\n")],
  ["several imports in one line", python("import json, shutil\n")],
  ["an import within a function", python("def a():\n    import shutil\n")],
  ["a package nobody has looked at, in Python", python("import acme\n")],
  ["YAML with a file", yaml("variables:\n  a:\n    fn::readFile: ../a\n")],
  ["YAML with an image", yaml("resources:\n  a:\n    'type': docker:Image\n")],
  ["YAML with a provider", yaml("resources:\n  a:\n    type: pulumi:providers:gcp\n")],
  [
    "assets of a Worker",
    node('import * as cf from "@pulumi/cloudflare";\nnew cf.WorkersScript("a", { assets: { directory: "../site" } });'),
  ],
  ["a bundle", python('import pulumi_gcp as gcp\ngcp.apigee.Api("a", config_bundle="../site/api.zip")\n')],
  [
    "a bundle in YAML",
    yaml("resources:\n  a:\n    type: gcp:apigee:Api\n    properties:\n      configBundle: ../site/api.zip\n"),
  ],
  [
    "an object in Spaces",
    node('import * as d from "@pulumi/digitalocean";\nnew d.SpacesBucketObject("a", { source: "../site/a" });'),
  ],
  [
    "what goes with a function",
    node(`${zone}topic.onEvent("a", { codePathOptions: { extraIncludePaths: ["../site"] } });`),
  ],
  ["require by another name", node(`${zone}const load = require;\nload("f" + "s");`)],
  [
    "an import without blanks",
    node('export const a = String("x")\nimport{readdirSync}from"fs"\nimport * as aws from "@pulumi/aws"\n'),
  ],
  [
    "a package from a folder",
    node(zone, { "infra/package.json": '{ "dependencies": { "@pulumi/aws": "file:../aws" } }' }),
  ],
  [
    "a script of the installation",
    node(zone, { "infra/package.json": '{ "scripts": { "postinstall": "cp ../site/a.ts ." } }' }),
  ],
  [
    "a compiler",
    {
      "infra/Pulumi.yaml":
        "name: network\nruntime:\n  name: yaml\n  options:\n    compiler: cue export ../site/a.cue\n",
    },
  ],
  ["YAML in a file of its own", { ...yaml(""), "infra/Main.yaml": "variables:\n  a:\n    fn::readFile: ../a\n" }],
  [
    "options in braces",
    {
      ...node(zone),
      "infra/Pulumi.yaml": 'name: network\nruntime: { name: nodejs, options: { nodeargs: "-r ../a.js" } }\n',
    },
  ],
  ["another entry in quotes", { ...node(zone), "infra/Pulumi.yaml": 'name: network\nruntime: nodejs\n"main": src\n' }],
  [
    "a key in configuration in braces",
    { ...node(zone), "infra/Pulumi.prod.yaml": "config: { gcp:credentials: ../key.json }\n" },
  ],
  ["Go", { "infra/Pulumi.yaml": "name: network\nruntime: go\n", "infra/main.go": "package main\n" }],
])("may read a file: %s", (_, files) => {
  expect(reads(files)).toBe(true);
});

test("may read the file that its environment names", () => {
  expect(reads(node(zone), ["GOOGLE_APPLICATION_CREDENTIALS"])).toBe(true);
  expect(reads(node(zone), ["AWS_REGION"])).toBe(false);
});
