/** Where progress is shown: standard error, so that standard output stays data. */
export interface Progress {
  /** Runs a stage and says so: at once on a terminal, afterwards and only when it was slow off one. */
  readonly stage: <T>(name: string, body: () => Promise<T>) => Promise<T>;
}

// Below this, a line in a log tells nobody anything.
const slow = 1000;

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
