import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const named = process.env["CHROMIUM"];
const places = named === undefined ? ["/usr/bin/chromium", "/usr/bin/google-chrome"] : [named];
const browserPath = places.find((place) => existsSync(place));

/** Why pages are not opened here; "" where they are. */
export const noBrowser = browserPath === undefined ? `there is no ${places.join(" or ")}` : "";

/** A browser that asks nobody for anything by itself. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: browserPath ?? "",
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
