/**
 * A repository as data, and its plan.
 *
 * `migrate` takes the files of a repository and gives a plan, the changes that carry it out, and the proof; `verify`
 * plays the same events on any two trees. Nothing here reads a disk, a clock or the network, and nothing of a
 * repository is run.
 *
 * Shapes: a tree is a map from paths (`/`, relative to the root) to texts. Places are offsets in UTF-16 units, from 0;
 * `positionIn` gives lines and columns, from 1. What a repository lacks or hides is a value (`unknown`, with its gap),
 * never an exception: what is thrown is a plain `Error` about a rule of this library that was broken.
 * @packageDocumentation
 */
export * from "@gha2pulumi/repo";
export * from "@gha2pulumi/migrate";
