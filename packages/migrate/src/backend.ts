import { literal, written, type Bound } from "@gha2pulumi/repo";
import type { Backend } from "./intent.ts";

/** Backends the CLI runs without Pulumi Cloud. https://www.pulumi.com/docs/iac/concepts/state-and-backends/ */
const diySchemes = ["s3://", "gs://", "azblob://", "file://", "postgres://", "postgresql://"];

/**
 * Where a login URL leads: Pulumi's own cloud, or a place that keeps the state itself. A Pulumi Cloud of somebody's own
 * (`https://pulumi.acme.example`) may have other features, issues its own tokens, and calls would have to go there.
 */
export function backendOf(url: Bound): Backend {
  const text = written(url.text);
  const head = typeof url.text[0] === "string" ? url.text[0] : "";
  if (diySchemes.some((scheme) => head.startsWith(scheme))) return { kind: "diy", url: text, from: url.from };
  if (/^https:\/\/(?:api|app)\.pulumi\.com(?:\/|$)/.test(head)) return { kind: "pulumi-cloud", from: url.from };
  if (/^https?:\/\//.test(head)) {
    return {
      kind: "unknown",
      note: `\`${text}\` is another Pulumi Cloud, which may have no Deployments`,
      from: url.from,
    };
  }
  if (literal(url.text) !== undefined) {
    return { kind: "unknown", note: `the login URL \`${text}\` is of no kind that is known`, from: url.from };
  }
  return { kind: "unknown", note: `the login URL is \`${text}\`, which no file tells`, from: url.from };
}
