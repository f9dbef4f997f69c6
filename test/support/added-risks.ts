import { parse } from "yaml";

/** What a workflow must not gain by an edit, by the place of each in words. */
export function addedRisks(before: string, after: string): readonly string[] {
  const [was, is] = [read(before), read(after)];
  const known = new Set(stepsOf(was).map((step) => JSON.stringify(step)));
  const fresh = stepsOf(is).filter((step) => !known.has(JSON.stringify(step)));
  // An action that the owner uses at a tag may stay where its step gets other inputs.
  const actions = new Set(stepsOf(was).flatMap(({ uses }) => uses ?? []));
  const scripts = new Set(stepsOf(was).flatMap(({ run }) => run ?? []));
  return [
    ...(JSON.stringify(was["on"]) === JSON.stringify(is["on"]) ? [] : ["its triggers are others"]),
    ...fresh.flatMap(({ uses }) =>
      uses === undefined || actions.has(uses) || /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)
        ? []
        : [`${uses} is not pinned to a commit`],
    ),
    ...fresh.flatMap(({ run, uses }) =>
      uses === undefined && !scripts.has(run ?? "") && (run ?? "").includes("${{")
        ? [`an expression in a script: ${run ?? ""}`]
        : [],
    ),
    ...permissions(was, is),
  ];
}

type Fields = Readonly<Record<string, unknown>>;
interface Step {
  readonly uses?: string;
  readonly run?: string;
}

const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const read = (text: string): Fields => fields(parse(text, { merge: true, uniqueKeys: false }));
const jobsOf = (workflow: Fields): readonly (readonly [string, Fields])[] =>
  Object.entries(fields(workflow["jobs"])).map(([id, job]) => [id, fields(job)]);

function stepsOf(workflow: Fields): readonly Step[] {
  return jobsOf(workflow).flatMap(([, job]) => (Array.isArray(job["steps"]) ? (job["steps"] as readonly Step[]) : []));
}

/** A job may be allowed to ask for GitHub's identity; nothing else may be written that could not be before. */
function permissions(was: Fields, is: Fields): readonly string[] {
  const written = (workflow: Fields, job: Fields): ReadonlySet<string> => {
    const own = job["permissions"] ?? workflow["permissions"];
    // Without a word the repository's own setting decides, which may be all of them.
    if (own === undefined || own === "write-all") return new Set(["*"]);
    return new Set(Object.entries(fields(own)).flatMap(([name, access]) => (access === "write" ? [name] : [])));
  };
  const earlier = new Map(jobsOf(was));
  return jobsOf(is).flatMap(([id, job]) => {
    const old = written(was, earlier.get(id) ?? {});
    const added = [...written(is, job)].filter((one) => one !== "id-token" && !old.has(one) && !old.has("*"));
    return added.map((one) => `${id} may write ${one}`);
  });
}
