/** A table that is asked with names out of a repository: what every object has, `toString` or `__proto__`, is not in it. */
export function tableOf<T>(rows: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, rows);
}
