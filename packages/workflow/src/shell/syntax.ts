import { remembered } from "@gha2pulumi/repo";
import { parse as parseScript, type PipelineNode } from "unbash";

export type { AndOr, Command, CompoundList, ParsedScript, Redirection, Statement } from "unbash";

/** Every kind of node that can stand where a command stands. */
export type Node = PipelineNode;

/** A bash script as a tree with offsets; what cannot be read is in its `errors`. */
export const parse = remembered(500, parseScript);
