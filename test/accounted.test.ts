import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Path, Tree } from "@gha2pulumi/repo";
import { migrate, type Snapshot } from "@gha2pulumi/migrate";
import { fixtures, readTree } from "./support/fixture.ts";
import { pulumiPlaces, type Lines, type Place, type Reading } from "./support/pulumi-places.ts";

/**
 * Rule 10 of the architecture: nothing that mentions Pulumi is silently outside every operation, question and message.
 * The places are found by a reading of its own (`support/pulumi-places.ts`); of the tool only the plan document is used.
 */
const repositories = fileURLToPath(new URL("../../shared/corpus/repos/", import.meta.url));
const isThere = existsSync(repositories);

interface Innocent {
  readonly text: RegExp;
  /** Only where the same job has something that is accounted for by itself. */
  readonly besides: boolean;
  readonly why: string;
}

/** What runs no operation, so that a plan need not speak of it. Anything else must be accounted for. */
const innocents: Readonly<Record<Place["kind"], readonly Innocent[]>> = {
  action: [
    row(/^pulumi\/(?:setup-pulumi|action-install-pulumi-cli)$/, "installs the CLI"),
    row(/^pulumi\/actions$/, "without `command:` it installs the CLI"),
    row(/^pulumi\/auth-actions$/, "logs in; what runs behind it is a place of its own"),
    row(/^pulumi\/esc-action$/, "opens an ESC environment and runs nothing"),
    row(/^pulumi\/actions (?:stack )?output$/, "reads outputs"),
  ],
  script: [
    row(/^pulumi(?: login| logout| whoami)\b/, "logs in or out; what runs behind it is a place of its own"),
    row(/^pulumi(?: version| about| help| --version| --help)\b/, "says what is installed"),
    row(/^pulumi(?: install| plugin install| plugin ls)\b/, "puts in place what a program needs"),
    row(/^pulumi stack (?:output|ls|export|history|graph)\b/, "reads a stack"),
    row(/^pulumi stack(?: --show-\w+)*(?: 2>.*)?$/, "reads a stack"),
    row(/^pulumi config(?: get\b| ls\b|$)/, "reads configuration"),
    row(/^pulumi (?:stack select(?!.*--create)|org set-default)\b/, "chooses the stack of what is behind it"),
    row(/^pulumi stack (?:select|init)\b/, "makes the stack of what is behind it", true),
    row(/^pulumi config (?:set|rm)\b/, "writes configuration for what is behind it", true),
    row(/^(?:cd|which|whereis|type|command -v|hash) \S*$/, "the word is a folder, or a program that is looked for"),
    row(/^(?:echo|printf|message:) /, "the word is printed"),
    row(/^\w+="[^"$`]*"$/, "a value; where it is run, it stands as a command"),
    row(/^(?!.*\bpulumi\s)\S+ .*\/pulumi$/, "the word is the end of a path that another program is given"),
    row(/^\w*tool\w* pulumi$/, "a function of the script that looks whether a program is there"),
  ],
  token: [],
};

function row(text: RegExp, why: string, besides = false): Innocent {
  return { text, besides, why };
}

/** Subcommands of the CLI that are operations: each must be accounted for on its own line. */
const operation = /(?:^|[\s"'=(/])pulumi (?:up|update|preview|pre|refresh|destroy|down|dn)\b/;

interface Spot {
  readonly path: Path;
  readonly line: number;
}

interface Accounts {
  readonly spots: readonly Spot[];
  /** Files of which a diagnostic says that GitHub does not run them. */
  readonly refused: ReadonlySet<Path>;
}

/** Every place the plan document speaks of: trails of operations, messages, questions. */
async function accountsOf(snapshot: Snapshot): Promise<Accounts> {
  const { operations, diagnostics, questions } = (await migrate(snapshot, undefined)).document;
  const locations = [
    ...operations.flatMap((one) => one.trail),
    ...diagnostics.map(({ location }) => location),
    ...questions.flatMap((one) => one.locations),
  ];
  return {
    spots: locations.map(spotOf),
    refused: new Set(diagnostics.filter(({ code }) => code === "GP101").map(({ location }) => spotOf(location).path)),
  };
}

function spotOf(location: string): Spot {
  const [, path = "", line = ""] = /^(.*):(\d+):\d+$/.exec(location) ?? [];
  return { path, line: Number(line) };
}

/** Places that nothing speaks of and that are not innocent, as a person reads them. */
function holes({ places, unreadable }: Reading, { spots, refused }: Accounts): readonly string[] {
  const within = (path: Path, { first, last }: Lines): boolean =>
    refused.has(path) || spots.some((spot) => spot.path === path && spot.line >= first && spot.line <= last);
  const isTold = (place: Place): boolean =>
    within(place.path, operation.test(bare(place)) && !isInnocent(place) ? place.line : place.lines);
  const isInnocent = (place: Place): boolean =>
    innocents[place.kind].some(
      ({ text, besides }) =>
        text.test(bare(place)) && (!besides || place.jobs.some(({ path, lines }) => within(path, lines))),
    );
  // A token is for the commands beside it: where each of those is in order, so is the token.
  const isSpent = (token: Place): boolean => {
    const beside = places.filter(
      (one) => one.kind !== "token" && one.path === token.path && isIn(one.lines, token.lines),
    );
    return token.kind === "token" && beside.length > 0 && beside.every((one) => isTold(one) || isInnocent(one));
  };
  return [
    ...unreadable.filter((path) => !spots.some((spot) => spot.path === path)).map((path) => `${path} does not parse`),
    ...places
      .filter((place) => !isTold(place) && !isInnocent(place) && !isSpent(place))
      .map(({ path, line, kind, text }) => `${path}:${line.first} ${kind} ${text}`),
  ];
}

function isIn(inner: Lines, outer: Lines): boolean {
  return inner.first >= outer.first && inner.last <= outer.last;
}

/** A command without the shell's own words in front of it, and without the options between the program and its verb. */
function bare({ text }: Place): string {
  return text
    .replace(/^(?:(?:if|while|until|then|else|do|!|time|sudo|exec)\s+|[A-Za-z_]\w*=\S*\s+)*/, "")
    .replace(/^\\?["'](?=pulumi)/, "")
    .replace(/^(?:\S*\/)?pulumi(?:\s+(?:(?:-C|--cwd|-s|--stack)[= ]\S+|--[\w-]+(?:=\S+)?))+(?=\s+[a-z])/, "pulumi");
}

/** Places of fixtures that a line-by-line reading cannot account for, each with its reason. */
const otherwise: ReadonlyMap<string, RegExp> = new Map([
  // The token is for a program of the tree that reads outputs: the plan puts the CLI in front of it.
  ["calls/program-runs-pulumi", /:21 token PULUMI_ACCESS_TOKEN$/],
  // It is empty, which is no token.
  ["calls/push-in-a-script", /:17 token PULUMI_ACCESS_TOKEN$/],
  // An arm that no run reaches, by what every runner gives: nothing happens there, before and after.
  ["repositories/conditions-of-the-runner", /:22 script pulumi destroy /],
  // The operation is told with the place of its script, of which the shell's wrapper leaves no lines.
  ["unwrap/shell-template", /:13 script pulumi up /],
]);

describe("nothing that mentions Pulumi is passed over in silence", () => {
  for (const { name, before, surroundings } of fixtures()) {
    test(`fixture ${name}`, async () => {
      const found = holes(pulumiPlaces(before), await accountsOf({ tree: before, surroundings }));
      const allowed = otherwise.get(name);
      expect(found.filter((hole) => !allowed?.test(hole))).toEqual([]);
      expect(found.some((hole) => allowed?.test(hole))).toBe(allowed !== undefined);
    });
  }

  test("the reading finds what there is in the fixtures", () => {
    const places = fixtures().flatMap(({ before }) => pulumiPlaces(before).places);
    const count = (kind: Place["kind"]): number => places.filter((place) => place.kind === kind).length;
    expect(count("action")).toBeGreaterThanOrEqual(40);
    expect(count("script")).toBeGreaterThanOrEqual(20);
    expect(count("token")).toBeGreaterThanOrEqual(60);
  });

  test("a plan that keeps quiet about its operations is caught", () => {
    const found = fixtures().flatMap(({ before }) => holes(pulumiPlaces(before), { spots: [], refused: new Set() }));
    expect(found.filter((hole) => operation.test(hole)).length).toBeGreaterThanOrEqual(15);
    expect(found.filter((hole) => hole.includes(" action pulumi/actions ")).length).toBeGreaterThanOrEqual(20);
  });
});

describe.skipIf(!isThere)("the same in the corpus (skipped, because it is not here, where it is not)", () => {
  for (const name of isThere ? readdirSync(repositories).sort() : []) {
    test(`repository ${name}`, async () => {
      const tree: Tree = readTree(join(repositories, name));
      expect(holes(pulumiPlaces(tree), await accountsOf({ tree, surroundings: new Map() }))).toEqual([]);
    });
  }
});
