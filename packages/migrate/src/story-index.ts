import { grouped } from "@gha2pulumi/repo";
import type { Job, StepPlay, Workflow } from "@gha2pulumi/workflow";
import type { Entry } from "./entry.ts";
import type { Story } from "./stories.ts";

/** The stories of a repository by what is asked about them; what several stories share is there once. */
interface StoryIndex {
  readonly ofWorkflow: ReadonlyMap<Workflow, readonly Story[]>;
  /** The commands of a job, play by play. */
  readonly plays: ReadonlyMap<Job, ReadonlySet<readonly Entry[]>>;
  /** The first command of a step that is an operation. */
  readonly operations: ReadonlyMap<StepPlay, Entry>;
}

const known = new WeakMap<readonly Story[], StoryIndex>();

/** The index of stories, made when they are first asked about: every operation asks. */
export function indexOf(stories: readonly Story[]): StoryIndex {
  const index = known.get(stories) ?? makeIndex(stories);
  known.set(stories, index);
  return index;
}

function makeIndex(stories: readonly Story[]): StoryIndex {
  const plays = new Map<Job, Set<readonly Entry[]>>();
  const operations = new Map<StepPlay, Entry>();
  for (const story of stories) {
    for (const { job, entries } of story.jobs) {
      const all = plays.get(job.job) ?? new Set();
      plays.set(job.job, all);
      if (all.has(entries)) continue;
      all.add(entries);
      for (const entry of entries)
        if (entry.operates.length > 0 && !operations.has(entry.step)) operations.set(entry.step, entry);
    }
  }
  return { ofWorkflow: grouped(stories, ({ workflow }) => workflow), plays, operations };
}
