import { createSign, createVerify, generateKeyPairSync, type KeyObject } from "node:crypto";

/** The claims of a token, one value each. */
export type Claims = Readonly<Record<string, string | number>>;

/** Somebody who signs tokens, and the key that checks them. */
export interface Issuer {
  readonly url: string;
  readonly publicKey: KeyObject;
  readonly sign: (claims: Claims) => string;
}

/** An issuer with a key pair of its own. Tokens hold for an hour from `now`, in seconds. */
export function issuerAt(url: string, now: number): Issuer {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    url,
    publicKey,
    sign(claims) {
      const whole = { iss: url, iat: now, exp: now + 3600, ...claims };
      const text = `${encoded({ alg: "RS256", typ: "JWT", kid: "1" })}.${encoded(whole)}`;
      return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey).toString("base64url")}`;
    },
  };
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** The claims of a token that one of the issuers signed and that has not expired; else why not. */
export function checked(token: string, issuers: readonly Issuer[], now: number): Claims | string {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Claims;
  const issuer = issuers.find(({ url }) => url === claims["iss"]);
  if (issuer === undefined) return "nobody knows its issuer";
  const good = createVerify("RSA-SHA256")
    .update(`${head}.${payload}`)
    .verify(issuer.publicKey, Buffer.from(signature, "base64url"));
  if (!good) return "its signature is not the issuer's";
  return Number(claims["exp"]) > now ? claims : "it has expired";
}
