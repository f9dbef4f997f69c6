import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { letsIn, refusal } from "./judge.ts";
import { checked, type Issuer } from "./tokens.ts";

/** What an account holds. */
export interface Account {
  readonly id: string;
  readonly roles: Map<string, unknown>;
  /** Client ids by the provider's host and path. */
  readonly providers: Map<string, string[]>;
  readonly quota: number;
}

/** IAM and STS of one account on the loopback interface, as far as the scripts and a login need them. */
export interface Emulator {
  readonly url: string;
  readonly account: Account;
  /** The calls that changed something, in order. */
  readonly writes: string[];
  /** Inline policies, by role and name with a blank between them. */
  readonly policies: Map<string, unknown>;
  readonly assume: (role: string, token: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

type Parameters = ReadonlyMap<string, string>;

class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** Whose credentials a call is signed with: keys are called `AK` and the account's number. Signatures are not checked. */
function callerOf(request: IncomingMessage): string {
  return /Credential=AK(\d{12})\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
}

export async function startEmulator(account: Account, issuers: readonly Issuer[], now: number): Promise<Emulator> {
  const writes: string[] = [];
  const policies = new Map<string, unknown>();
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const parameters = new Map(new URLSearchParams(body));
      const action = parameters.get("Action") ?? "";
      try {
        const answer = answerOf(action, parameters, callerOf(request));
        response.writeHead(200, { "content-type": "text/xml" });
        response.end(
          `<${action}Response xmlns="https://emulated/"><${action}Result>${answer}</${action}Result></${action}Response>`,
        );
      } catch (error) {
        const { code, message, status } =
          error instanceof Refused ? error : new Refused("InternalFailure", String(error), 501);
        response.writeHead(status, { "content-type": "text/xml" });
        response.end(
          `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error></ErrorResponse>`,
        );
      }
    });
  });

  function answerOf(action: string, parameters: Parameters, caller: string): string {
    const given = (name: string): string => {
      const value = parameters.get(name);
      if (value === undefined) throw new Refused("ValidationError", `${name} is missing`);
      return value;
    };
    if (action === "AssumeRoleWithWebIdentity") return assumed(given("RoleArn"), given("WebIdentityToken"));
    if (action === "GetCallerIdentity")
      return tags({ Account: caller, Arn: `arn:aws:iam::${caller}:root`, UserId: caller });
    if (caller !== account.id) throw new Refused("AccessDenied", `not of account ${account.id}`, 403);
    switch (action) {
      case "GetRole": {
        const name = given("RoleName");
        const document = encodeURIComponent(JSON.stringify(policyOf(name), null, 1));
        return `<Role>${tags({ Path: "/", RoleName: name, RoleId: "AROA", Arn: `arn:aws:iam::${account.id}:role/${name}`, CreateDate: "2026-01-01T00:00:00Z", AssumeRolePolicyDocument: document })}</Role>`;
      }
      case "UpdateAssumeRolePolicy": {
        const name = given("RoleName");
        policyOf(name);
        const policy = JSON.parse(given("PolicyDocument")) as unknown;
        const refused = refusal(policy, account.quota);
        if (refused) throw new Refused(refused.code, refused.message, refused.code === "LimitExceeded" ? 409 : 400);
        writes.push(`${action} ${name}`);
        account.roles.set(name, policy);
        return "";
      }
      case "ListRolePolicies": {
        const own = [...policies.keys()].filter((key) => key.startsWith(`${given("RoleName")} `));
        return `<PolicyNames>${own.map((key) => `<member>${key.split(" ")[1] ?? ""}</member>`).join("")}</PolicyNames><IsTruncated>false</IsTruncated>`;
      }
      case "GetRolePolicy": {
        const document = policies.get(`${given("RoleName")} ${given("PolicyName")}`);
        if (document === undefined) throw new Refused("NoSuchEntity", given("PolicyName"), 404);
        const text = encodeURIComponent(JSON.stringify(document, null, 1));
        return tags({ RoleName: given("RoleName"), PolicyName: given("PolicyName"), PolicyDocument: text });
      }
      case "PutRolePolicy": {
        const name = given("RoleName");
        policyOf(name);
        writes.push(`${action} ${name}`);
        policies.set(`${name} ${given("PolicyName")}`, JSON.parse(given("PolicyDocument")));
        return "";
      }
      case "ListOpenIDConnectProviders":
        return `<OpenIDConnectProviderList>${[...account.providers.keys()].map((issuer) => `<member>${tags({ Arn: arnOf(issuer) })}</member>`).join("")}</OpenIDConnectProviderList>`;
      case "GetOpenIDConnectProvider": {
        const [issuer, ids] = providerOf(given("OpenIDConnectProviderArn"));
        return `${tags({ Url: issuer, CreateDate: "2026-01-01T00:00:00Z" })}<ClientIDList>${ids.map((id) => `<member>${escaped(id)}</member>`).join("")}</ClientIDList>`;
      }
      case "CreateOpenIDConnectProvider": {
        const issuer = given("Url").replace(/^https:\/\//, "");
        if (account.providers.has(issuer)) throw new Refused("EntityAlreadyExists", issuer, 409);
        writes.push(`${action} ${issuer}`);
        account.providers.set(
          issuer,
          [...parameters].flatMap(([name, id]) => (name.startsWith("ClientIDList.member.") ? [id] : [])),
        );
        return tags({ OpenIDConnectProviderArn: arnOf(issuer) });
      }
      case "AddClientIDToOpenIDConnectProvider": {
        const [issuer, ids] = providerOf(given("OpenIDConnectProviderArn"));
        writes.push(`${action} ${issuer} ${given("ClientID")}`);
        account.providers.set(issuer, [...ids, given("ClientID")]);
        return "";
      }
      default:
        throw new Refused("InvalidAction", `the emulator has no ${action}`);
    }
  }

  function policyOf(name: string): unknown {
    const policy = account.roles.get(name);
    if (policy === undefined) throw new Refused("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
    return policy;
  }

  function arnOf(issuer: string): string {
    return `arn:aws:iam::${account.id}:oidc-provider/${issuer}`;
  }

  function providerOf(arn: string): readonly [string, readonly string[]] {
    const issuer = arn.slice(arn.indexOf("/") + 1);
    const ids = account.providers.get(issuer);
    if (ids === undefined || arn !== arnOf(issuer)) throw new Refused("NoSuchEntity", arn, 404);
    return [issuer, ids];
  }

  function assumed(role: string, token: string): string {
    const claims = checked(token, issuers, now);
    if (typeof claims === "string") throw new Refused("InvalidIdentityToken", claims);
    const issuer = String(claims["iss"]).replace(/^https:\/\//, "");
    const ids = account.providers.get(issuer);
    if (ids === undefined)
      throw new Refused(
        "InvalidIdentityToken",
        `No OpenIDConnect provider found in your account for ${String(claims["iss"])}`,
      );
    if (!ids.includes(String(claims["aud"]))) throw new Refused("InvalidIdentityToken", "Incorrect token audience");
    const policy = account.roles.get(role.slice(role.indexOf(":role/") + ":role/".length));
    if (policy === undefined || !letsIn(policy, arnOf(issuer), claims))
      throw new Refused("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
    const credentials = {
      AccessKeyId: "ASIA0",
      SecretAccessKey: "none",
      SessionToken: "none",
      Expiration: "2036-01-01T00:00:00Z",
    };
    return `<Credentials>${tags(credentials)}</Credentials>${tags({ SubjectFromWebIdentityToken: String(claims["sub"]) })}`;
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    account,
    writes,
    policies,
    async assume(role, token) {
      const RoleArn = `arn:aws:iam::${account.id}:role/${role}`;
      const body = new URLSearchParams({
        Action: "AssumeRoleWithWebIdentity",
        RoleArn,
        WebIdentityToken: token,
        RoleSessionName: "test",
      });
      const { ok, status } = await fetch(url, { method: "POST", body });
      if (!ok && status === 501) throw new Error("the emulator failed");
      return ok;
    },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

function tags(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
    .join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
