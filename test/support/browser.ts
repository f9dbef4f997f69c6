import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** Debian's Chromium, or the one that the variable names. */
export const browserPath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Why pages are not opened here; "" where they are. */
export const noBrowser = existsSync(browserPath) ? "" : `there is no ${browserPath}`;

/** A browser that asks nobody for anything by itself. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: browserPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
