import { literal, written, type Bound } from "@gha2pulumi/repo";
import type { Backend } from "./intent.ts";

/** Backends the CLI runs without Pulumi Cloud. https://www.pulumi.com/docs/iac/concepts/state-and-backends/ */
const diySchemes = ["s3://", "gs://", "azblob://", "file://", "postgres://", "postgresql://"];

function isOwn(url: string): boolean {
  return !/^https:\/\/(api|app)\.pulumi\.com\/?$/.test(url);
}

/** Whether a text begins as an address of a backend does. */
export function isAddress({ text: [head] }: Bound): boolean {
  return typeof head === "string" && [...diySchemes, "https://"].some((scheme) => head.startsWith(scheme));
}

/** Where a login URL leads: `https://…` is Pulumi Cloud or a self-hosted one, anything else keeps state elsewhere. */
export function backendOf(url: Bound): Backend {
  const text = written(url.text);
  const head = typeof url.text[0] === "string" ? url.text[0] : "";
  if (diySchemes.some((scheme) => head.startsWith(scheme))) return { kind: "diy", url: text, from: url.from };
  if (/^https?:\/\//.test(head)) return { kind: "pulumi-cloud", from: url.from, url: isOwn(text) ? text : undefined };
  if (literal(url.text) !== undefined) {
    return { kind: "unknown", note: `the login URL \`${text}\` is of no kind that is known`, from: url.from };
  }
  return { kind: "unknown", note: `the login URL is \`${text}\``, from: url.from };
}
