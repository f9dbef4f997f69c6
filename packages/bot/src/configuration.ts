import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { malformedAnswer } from "@gha2pulumi/migrate";
import { Ajv, type ErrorObject } from "ajv";
import { parseDocument } from "yaml";
import schema from "../bot.schema.json" with { type: "json" };
import type { Source } from "./github/repositories.ts";

/** What a campaign is to do: the file of it, with everything that it leaves out. `bot.schema.json` tells of each. */
export interface Configuration {
  readonly campaign: string;
  readonly sources: readonly Source[];
  readonly include: readonly string[];
  readonly answers: Readonly<Record<string, string>>;
  readonly observe: boolean;
  readonly via: "api" | "git";
  readonly branch: string;
  readonly title: string;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly draft: "blocked" | "always" | "never";
  readonly questions: "report" | "issue";
  readonly waves: Waves;
  readonly limits: CampaignLimits;
  readonly optOut: { readonly topic: string; readonly label: string };
  readonly dashboard: string | null;
  /** The repository, as owner/name, that keeps the settings programs of all; null where each stays beside its projects. */
  readonly settings: string | null;
  /** Days without a push after which a repository is left out; null never. */
  readonly inactiveAfter: number | null;
}

export interface Waves {
  readonly sizes: readonly number[];
  readonly risk: "low" | "medium" | "high";
  readonly next: "settled" | "at-once";
  readonly stopClosed: number;
  readonly stopFailed: number;
}

export interface CampaignLimits {
  readonly pullRequestsPerHour: number | null;
  readonly writesPerMinute: number;
  readonly writesPerHour: number;
  readonly concurrency: number;
  readonly perOwner: number;
}

/** What is wrong with the file of a campaign: what was seen and where, and what to do. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(
    message: string,
    readonly help: string,
  ) {
    super(message);
  }
}

/** Reads the file of a campaign, and the lists of repositories it names. */
export function readConfiguration(file: string): Configuration {
  return configurationOf(textOf(file), file, (list) => textOf(join(dirname(file), list)));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new ConfigurationError(`${file} cannot be read`, "give the campaign's file with --config");
  }
}

const help = "its schema is bot.schema.json of @gha2pulumi/bot";
const check = new Ajv({ allErrors: true, useDefaults: true, strict: false }).compile<Written>(schema);

/** The configuration that a text says. `list` gives the text of a file it names. */
export function configurationOf(text: string, file: string, list: (name: string) => string): Configuration {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new ConfigurationError(`${file}: ${problem.message.split("\n", 1)[0] ?? ""}`, help);
  const written: unknown = { waves: {}, limits: {}, "opt-out": {}, ...(document.toJS() as object) };
  if (!check(written)) throw new ConfigurationError(`${file}: ${complaintOf(check.errors ?? [])}`, help);
  const { waves, limits, "opt-out": optOut } = written;
  const answers = Object.entries(written.answers ?? {}).map(([key, value]) => [key, String(value)] as const);
  for (const [key, value] of answers) {
    const wrong = malformedAnswer(key, value);
    if (wrong !== undefined) throw new ConfigurationError(`${file}: answers: ${wrong.what}`, wrong.help);
  }
  if (written.settings !== undefined && answers.some(([key]) => key === "phase"))
    throw new ConfigurationError(
      `${file}: settings: a phase keeps its state in files beside the projects`,
      "take `phase` out of the answers, or `settings` out of the file",
    );
  return {
    campaign: written.campaign,
    sources: written.repositories.map((source) => sourceOf(source, list)),
    include: written.include ?? [],
    answers: Object.fromEntries(answers),
    observe: written.observe,
    via: written.via,
    branch: written.branch ?? `gha2pulumi/${written.campaign}`,
    title: written.title ?? "{title}",
    labels: written.labels ?? [],
    reviewers: typeof written.reviewers === "string" ? [] : written.reviewers,
    draft: written.draft,
    questions: written.questions,
    waves: {
      sizes: waves.sizes,
      risk: waves.risk,
      next: waves.next,
      stopClosed: waves["stop-closed"],
      stopFailed: waves["stop-failed"],
    },
    limits: {
      pullRequestsPerHour: limits["pull-requests-per-hour"] ?? null,
      writesPerMinute: limits["writes-per-minute"],
      writesPerHour: limits["writes-per-hour"],
      concurrency: limits.concurrency,
      perOwner: limits["per-owner"],
    },
    optOut,
    dashboard: written.dashboard ?? null,
    settings: written.settings?.repository ?? null,
    inactiveAfter: written["inactive-after"] ?? null,
  };
}

type WrittenSource =
  Exclude<Source, { repositories: unknown }> | { readonly list: string } | { readonly names: readonly string[] };

/** The file as the schema leaves it, with its defaults. */
interface Written {
  readonly campaign: string;
  readonly repositories: readonly WrittenSource[];
  readonly include?: readonly string[];
  readonly answers?: Readonly<Record<string, string | number | boolean>>;
  readonly observe: boolean;
  readonly via: Configuration["via"];
  readonly branch?: string;
  readonly title?: string;
  readonly labels?: readonly string[];
  readonly reviewers: "codeowners" | readonly string[];
  readonly draft: Configuration["draft"];
  readonly questions: Configuration["questions"];
  readonly waves: {
    readonly sizes: readonly number[];
    readonly risk: Waves["risk"];
    readonly next: Waves["next"];
    readonly "stop-closed": number;
    readonly "stop-failed": number;
  };
  readonly limits: {
    readonly "pull-requests-per-hour"?: number;
    readonly "writes-per-minute": number;
    readonly "writes-per-hour": number;
    readonly concurrency: number;
    readonly "per-owner": number;
  };
  readonly "opt-out": Configuration["optOut"];
  readonly dashboard?: string;
  readonly settings?: { readonly repository: string };
  readonly "inactive-after"?: number;
}

function sourceOf(source: WrittenSource, list: (name: string) => string): Source {
  if ("names" in source) return { repositories: source.names };
  if (!("list" in source)) return source;
  const lines = list(source.list)
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, "").trim());
  const names = lines.filter((line) => line !== "");
  const odd = names.find((name) => !/^[\w.-]+\/[\w.-]+$/.test(name));
  if (odd !== undefined) throw new ConfigurationError(`${source.list}: ${odd} is no owner/name`, "write one a line");
  return { repositories: names };
}

/** The complaint that says most: of a list of alternatives, the one that knows the key. */
function complaintOf(errors: readonly ErrorObject[]): string {
  const [error] = [...errors].sort((a, b) => rank(a) - rank(b) || b.instancePath.length - a.instancePath.length);
  if (error === undefined) return "it is not what the schema says";
  const at = error.instancePath === "" ? "" : `${error.instancePath.slice(1).replaceAll("/", ".")}: `;
  const { additionalProperty } = error.params as { readonly additionalProperty?: string };
  const { allowedValues } = error.params as { readonly allowedValues?: readonly string[] };
  if (additionalProperty !== undefined) return `${at}there is no key ${additionalProperty}`;
  return `${at}${error.message ?? ""}${allowedValues === undefined ? "" : `: ${allowedValues.join(", ")}`}`;
}

function rank({ keyword }: ErrorObject): number {
  return keyword === "oneOf" || keyword === "required" ? 1 : 0;
}
