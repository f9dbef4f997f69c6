import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a worker told: an effect that it made, or that it sleeps. */
export interface Told {
  readonly kind: "effect" | "asleep";
  readonly worker: string;
  readonly work: string;
  readonly step: string;
  /** Of the engine's clock. */
  readonly at: number;
  /** Of a sleep: until when. */
  readonly until?: number;
}

/** The outside world: it counts what reaches it, and answers when the test likes. */
export interface EffectServer {
  readonly url: string;
  readonly told: Told[];
  /** What a request waits for before it is answered; undefined: nothing. An answer of `null` breaks the connection. */
  hold: (told: Told) => Promise<void> | undefined;
  /** Ends once what was told satisfies a condition. */
  readonly until: (condition: (told: readonly Told[]) => boolean) => Promise<void>;
  readonly count: (work: string, step: string) => number;
  readonly close: () => void;
}

export async function effectServer(): Promise<EffectServer> {
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  const http = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const part of request) body += String(part);
      const one = JSON.parse(body) as Told;
      told.push(one);
      for (const look of waiting) look();
      await server.hold(one);
      response.end("{}");
    })().catch(() => response.destroy());
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const server: EffectServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    told,
    hold: () => undefined,
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition(told)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    count: (work, step) => told.filter((one) => one.kind === "effect" && one.work === work && one.step === step).length,
    close: () => {
      http.close();
      http.closeAllConnections();
    },
  };
  return server;
}
