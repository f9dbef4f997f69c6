/** The next number below a bound; https://en.wikipedia.org/wiki/Linear_congruential_generator. */
export function chance(from: number): (bound: number) => number {
  let state = from;
  return (bound) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * bound);
  };
}
