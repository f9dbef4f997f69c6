import type { Explanation } from "./explanation.ts";

/** Codes whose example is a whole fixture so far: GP26x, GP28x and GP51x. */
export const added: readonly Explanation[] = [
  {
    code: "GP265",
    title: "files before it that its program cannot reach",
    means:
      "A step before the operation leaves nothing but files on the runner, outside the project's folder. The program is in the repository, and nothing it imports or says can read a file there, so Pulumi does without them. The step stays, and a call waits for it.",
    act: "Nothing: the step stays, and a call waits for it.",
    example: undefined,
  },
  {
    code: "GP280",
    title: "a look for drift by the clock",
    means:
      "Deployments has drift schedules: a refresh that only previews, and fails on any change. Where the workflow does exactly that, it moves. Where it also compares the program, writes the state, or passes whatever it finds, the question `schedule/<workflow file>/<job>` asks whether that may end: `detect` or `keep`. Azure has to name every operation in a credential, and that of a drift run is documented nowhere.",
    act: "Answer the question of the plan, `schedule/<workflow file>/<job>`.",
    example: undefined,
  },
  {
    code: "GP281",
    title: "an update by the clock that refreshes",
    means:
      "It takes back by itself whatever was changed by hand. The question `schedule/<workflow file>/<job>` asks whether Deployments shall go on doing so: `update` every time, `remediate` only where it finds drift, or `keep` it in the workflow.",
    act: "Answer the question of the plan, `schedule/<workflow file>/<job>`.",
    example: undefined,
  },
  {
    code: "GP282",
    title: "a schedule that means something else there",
    means:
      "Both are five cron fields in UTC, and what both documents say is taken over: numbers, lists, ranges and steps; names of months and weekdays become numbers. Signs beyond that (`@daily`, `7/10`, `L`) are not, nor is a schedule that GitHub cuts down to one start in five minutes. Such an operation becomes a call, and the workflow keeps the clock.",
    act: "Write the schedule with plain numbers, lists, ranges and steps, if Deployments is to keep the clock.",
    example: undefined,
  },
  {
    code: "GP283",
    title: "a stack for each pull request",
    means:
      "Deployments makes review stacks: from a template stack `pr` with its configuration, updated with each commit, destroyed with the pull request. They are not the same: Pulumi names them, pull requests into other branches get none, and a reopened one gets its own at once. So it is asked, `review-stacks/<project>`: `deployments` or `keep`. It is not asked where it would not work: other roles for destroying, guards, tests behind the update, clouds that compare whole subjects.",
    act: "Answer the question of the plan, `review-stacks/<project>`.",
    example: undefined,
  },
  {
    code: "GP284",
    title: "a destroy that drains",
    means:
      "Review stacks take over for new pull requests. Those that are open have stacks that the workflow made, and only it knows their names, so its destroy stays. Delete it when none of them is left.",
    act: "Delete the workflow when no pull request with such a stack is open.",
    example: undefined,
  },
  {
    code: "GP510",
    title: "settings that are declared otherwise",
    means:
      "The settings program declares this stack already. It is left as it is, byte for byte. The fields in the message are not what the workflows say; the operations that start, their stack, role and environment are the same, or the stack would not be moved. Change the program where the workflows are right.",
    act: "Change the program where the workflows are right.",
    example: undefined,
  },
  {
    code: "GP512",
    title: "another version of the provider",
    means:
      "The settings program that new stacks join asks for a version of @pulumi/pulumiservice whose properties are not known here. Run `npx tsc --noEmit` in its folder before `pulumi up`: a property that version cannot express is an error there. Where there is one, take the version the settings are written for.",
    act: "Run `npx tsc --noEmit` in its folder before `pulumi up`; where there is an error, take the version the settings are written for.",
    example: undefined,
  },
];
