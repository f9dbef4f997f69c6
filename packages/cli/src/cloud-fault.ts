import { Fault } from "./fault.ts";

/** What Pulumi Cloud answered to one request, as far as it decides anything. `status` is 0 when there was no answer. */
export interface Refused {
  readonly status: number;
  /** `GET acme/network/prod settings`, in words a person can look up. */
  readonly asked: string;
  /** Seconds to wait, where the answer says so. */
  readonly wait: number | undefined;
  /** What the service says is wrong with the request itself; shown for nothing else. */
  readonly said: string;
}

/**
 * The fault that a refused request is. Nothing of an answer is shown but its status: it may repeat what was sent, or hold
 * what nobody may see. Only what is wrong with a request of ours, 400, is told in the service's words.
 */
export function cloudFault({ status, asked, wait, said }: Refused): Fault {
  const seen = `Pulumi Cloud ${status === 0 ? "did not answer" : `answered ${status}`} to ${asked}`;
  switch (status) {
    case 401:
      return new Fault(
        "GP646",
        `${seen}: it does not know this token`,
        "set PULUMI_ACCESS_TOKEN to one that is valid",
        4,
      );
    case 402:
      return new Fault("GP647", `${seen}: the organisation's edition has no such thing`, "see the edition's list", 4);
    case 403:
      return new Fault(
        "GP647",
        `${seen}: this token may not do that`,
        "use one that may write the stack's settings",
        4,
      );
    case 404:
      return new Fault("GP652", `${seen}: it is not there`, "run the same command again: it starts from what is there");
    case 400:
    case 422:
      return new Fault(
        "GP652",
        `${seen}${said === "" ? "" : `: ${said}`}`,
        "set this by hand, in the stack's settings",
      );
    case 409:
      return new Fault(
        "GP652",
        `${seen}: something else changes it`,
        "run the same command again when that is done",
        5,
      );
    case 429: {
      const when = wait === undefined ? "later" : `in ${wait} s`;
      return new Fault("GP648", `${seen}: too many requests`, `run the same command again ${when}`, 5);
    }
    default:
      if (status !== 0 && status < 500) return strange(asked, `status ${status}`);
      return new Fault("GP649", seen, "run the same command again later; --backend-url names another address", 5);
  }
}

/** An answer that is no answer of this API: what stands at the address is something else. */
export function strange(asked: string, what: string): Fault {
  const help = "see that PULUMI_BACKEND_URL or --backend-url is the address of Pulumi Cloud's API";
  return new Fault("GP650", `the answer to ${asked} is not one of Pulumi Cloud: ${what}`, help);
}
