import type { Explanation } from "./explanation.ts";

const held = "In a plan, such an operation stays as it is (GP600); in `verify`, the exit code is 12.";

/** In what way an event does something else afterwards: the codes that stand beside a verdict, GP271 to GP276 and GP299. */
export const differences: readonly Explanation[] = [
  {
    code: "GP271",
    title: "an operation that would not happen",
    means: `Something that ran on this event before does not run after the change. ${held} It cannot be accepted.`,
    act: "Put back what started it, or take the operation out of the workflow yourself in a change of its own.",
    example: undefined,
  },
  {
    code: "GP272",
    title: "an operation that would happen too",
    means: `Something runs on this event that did not run before. ${held}`,
    act: "Narrow what starts it; or, where it is wanted, accept it with `--accept GP272`.",
    example: undefined,
  },
  {
    code: "GP273",
    title: "an operation that is done otherwise",
    means: `It runs in another folder, behind other commands, or on another branch than before. ${held}`,
    act: "Mend what differs; or, where it is wanted, accept it with `--accept GP273`.",
    example: undefined,
  },
  {
    code: "GP274",
    title: "a gate that differs",
    means: `The operation waits for other jobs, environments or groups than before: perhaps for an approval no more. ${held}`,
    act: "Put the gate back; or, where nobody relies on it, accept the loss with `--accept GP274`.",
    example: undefined,
  },
  {
    code: "GP275",
    title: "another identity, other values, or something destroyed",
    means: `The operation runs with another cloud role, environment or configuration, or destroys what it did not destroy. ${held} It cannot be accepted.`,
    act: "Mend what differs.",
    example: undefined,
  },
  {
    code: "GP276",
    title: "an event that is not decided",
    means:
      "Whether both sides do the same on this event hangs on something no file tells. It is no difference, and it is not the same either: it cannot be accepted, only decided.",
    act: "Answer the question that belongs to it, or tell what the files do not.",
    example: undefined,
  },
  {
    code: "GP299",
    title: "something beside Pulumi that would run otherwise",
    means: `A job or step that the change leaves alone would be skipped where it runs today, or would run where it is skipped: it waits for something that is gone, or reads its result. ${held} It cannot be accepted.`,
    act: "Leave in the workflow what the job or step waits for; a call does.",
    example: undefined,
  },
];
