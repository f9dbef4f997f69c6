import type { Trail } from "@gha2pulumi/repo";
import type { Plan } from "../decision.ts";

/** What becomes of each settings file, unless the reasons of an operation say it already. */
export function foldNotes({
  folds,
  decisions,
}: Plan): readonly { readonly code: "GP513" | "GP514"; readonly message: string; readonly from: Trail }[] {
  type Note = ReturnType<typeof foldNotes>[number];
  return folds.flatMap(({ file, into, because }): readonly Note[] => {
    if (into === undefined && because === "") return [];
    if (into === undefined || because !== "") {
      const isSaid = decisions.some(({ reasons }) =>
        reasons.some(({ code, message }) => code === "GP514" && message.includes(`\`${file.path}\``)),
      );
      const from = file.gaps[0]?.from ?? file.settings.from;
      return isSaid ? [] : [{ code: "GP514", message: `\`${file.path}\` is kept: ${because}`, from }];
    }
    const secrets = [...file.settings.environment].flatMap(([name, { value }]) =>
      value.some((piece) => typeof piece !== "string" && piece.secret) ? [`\`${name}\``] : [],
    );
    const again =
      secrets.length === 0 ? "" : `; set again what it holds encrypted, which nobody can read: ${secrets.join(", ")}`;
    const message = `\`${file.path}\` goes: the settings of ${into} say what it says${again}`;
    return [{ code: "GP513", message, from: file.settings.from } as const];
  });
}
