export { parse } from "unbash";
export type { AndOr, Command, CompoundList, ParsedScript, Statement } from "unbash";
import type { PipelineNode } from "unbash";

/** Every kind of node that can stand where a command stands. */
export type Node = PipelineNode;
