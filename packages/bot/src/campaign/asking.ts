import type { Context, Engine, Json } from "../engine/engine.ts";
import { GitHubError, isTrouble } from "../github/github-error.ts";

// Together they wait about as long as GitHub's limits take to open again, an hour.
const mostAttempts = 8;
const firstPause = 2000;

/**
 * A step that reads. A limit and a failure of the network are waited out, durably; every other trouble is thrown, as a
 * `GitHubError`, though it may have happened before a crash.
 */
export async function reading<T extends Json>(context: Context, name: string, effect: () => Promise<T>): Promise<T> {
  return await attempted(context, name, effect, async () => {});
}

/** A step that writes: at the pace of the credential, which is halved when GitHub says that it is too fast. */
export async function writing<T extends Json>(
  context: Context,
  engine: Engine,
  credential: string,
  name: string,
  effect: () => Promise<T>,
): Promise<T> {
  return await attempted(
    context,
    name,
    async () => {
      try {
        return await effect();
      } catch (error) {
        if (isTrouble(error, "limited")) await engine.slowDown(credential, error.wait);
        throw error;
      }
    },
    () => context.pace(credential),
  );
}

async function attempted<T extends Json>(
  context: Context,
  name: string,
  effect: () => Promise<T>,
  before: () => Promise<void>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await before();
    const made = await context.step(name, () => outcomeOf(effect));
    if ("value" in made) return made.value;
    if (!("wait" in made)) throw new GitHubError(made.trouble, made.message);
    if (attempt === mostAttempts) throw new GitHubError("unreachable", `${made.because}, ${attempt} times`);
    await context.sleep(made.wait * (made.isLimit ? 1 : 2 ** (attempt - 1)));
  }
}

async function outcomeOf<T extends Json>(effect: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await effect() };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const { trouble, message, wait } = error;
    if (trouble === "limited") return { wait, because: message, isLimit: true };
    if (trouble === "unreachable") return { wait: firstPause, because: message, isLimit: false };
    return { trouble, message };
  }
}

type Outcome<T extends Json> =
  | { readonly value: T }
  | { readonly wait: number; readonly because: string; readonly isLimit: boolean }
  | { readonly trouble: GitHubError["trouble"]; readonly message: string };
