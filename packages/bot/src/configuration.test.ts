import { describe, expect, test } from "vitest";
import { configurationOf } from "./configuration.ts";

const written = (answers: string): string =>
  `campaign: move\nrepositories: [{organization: acme}]\nanswers: {${answers}}\n`;
const read = (answers: string): unknown => configurationOf(written(answers), "bot.yaml", () => "").answers;

describe("the answers of a campaign", () => {
  test("may be about a workflow that only some of its repositories have", () => {
    expect(read("organization: acme, leaves/deploy.yml/deploy: nothing")).toEqual({
      organization: "acme",
      "leaves/deploy.yml/deploy": "nothing",
    });
  });

  test.each([
    ["organisation: acme", "bot.yaml: answers: there is no question `organisation`"],
    ["phase: first", "bot.yaml: answers: `first` is no answer to `phase`"],
  ])("are refused where nobody asks for them, or they answer nothing: %s", (answers, message) => {
    expect(() => read(answers)).toThrow(message);
  });
});
