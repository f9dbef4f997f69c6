import { printable } from "@gha2pulumi/repo";

/** Where progress is shown: standard error, so that standard output stays data. */
export interface Progress {
  /** Runs a stage and says so: at once on a terminal, afterwards and only when it was slow off one. */
  readonly stage: <T>(name: string, body: () => Promise<T>) => Promise<T>;
}

// Below this, a line in a log tells nobody anything.
const slow = 1000;

/** No progress: for work that is a part of what already shows it. */
export const silent: Progress = { stage: (_, body) => body() };

/** How far a long work has come, in steps. */
export interface Bar {
  readonly step: (name: string) => void;
  readonly end: () => void;
}

const barWidth = 24;

/** On a terminal a bar with counts, in one line; off one nothing, the report says how much there was. */
export function barOn(stream: NodeJS.WriteStream, total: number): Bar {
  if (!stream.isTTY) return { step: () => undefined, end: () => undefined };
  let done = 0;
  return {
    step: (name) => {
      const filled = Math.round((done / total) * barWidth);
      const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
      const line = `${bar} ${done}/${total} ${printable(name)}`;
      stream.write(
        eraseLine +
          Array.from(line)
            .slice(0, stream.columns - 1)
            .join(""),
      );
      done += 1;
    },
    end: () => stream.write(eraseLine),
  };
}

const eraseLine = "\r\u001b[2K";

export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? { stage: (name, body) => shown(stream, name, body) } : { stage: (n, b) => timed(stream, n, b) };
}

async function shown<T>(stream: NodeJS.WriteStream, name: string, body: () => Promise<T>): Promise<T> {
  stream.write(`${name} …`);
  try {
    return await body();
  } finally {
    stream.write(eraseLine);
  }
}

async function timed<T>(stream: NodeJS.WriteStream, name: string, body: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await body();
  const took = performance.now() - start;
  if (took > slow) stream.write(`${name}: ${(took / 1000).toFixed(1)} s\n`);
  return result;
}
