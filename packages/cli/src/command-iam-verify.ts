import { printable } from "@gha2pulumi/repo";
import { readFileSync } from "node:fs";
import { analyseRoles } from "./command-iam.ts";
import type { ExitCode } from "./exit.ts";
import { Fault, reasonOf } from "./fault.ts";
import type { InFolder, RolesOptions } from "./options.ts";

/** `iam verify`: whether the holder of a token gets in, now and after each step. Neither token nor claims are printed. */
export async function verifyToken(options: InFolder<RolesOptions & { readonly token: string }>): Promise<ExitCode> {
  const payload = payloadOf(options.token);
  const { roles } = await analyseRoles(options);
  const cases = roles.verify(payload);
  if (cases === undefined) throw new Fault(undefined, `${options.token} holds no token with an issuer`, help);
  if (options.format === "json") process.stdout.write(`${JSON.stringify(cases, null, 2)}\n`);
  else {
    for (const { role, before, transition, final, because } of cases) {
      process.stdout.write(`${printable(role)}: before ${before}, transition ${transition}, final ${final}\n`);
      for (const one of because) process.stdout.write(`  ${printable(one)}\n`);
    }
    if (cases.length === 0) process.stdout.write("No stack of the plan takes a cloud role whose change is known.\n");
  }
  return cases.some(({ before, transition, final }) => [before, transition, final].includes("unknown")) ? 11 : 0;
}

const help = "give a file with a token (header.payload.signature), or its payload as JSON";

/** The claims of a token: its middle part decoded; its signature is not looked at, because the cloud does that. */
function payloadOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Fault(undefined, `the token's file ${file} cannot be read: ${reasonOf(error)}`, help);
  }
  const part = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text)?.[1];
  try {
    return JSON.parse(part === undefined ? text : Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    // The parser's own message quotes what it read.
    throw new Fault(undefined, `${file} holds neither a token nor JSON`, help);
  }
}
