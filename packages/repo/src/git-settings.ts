/** A setting of git's: its key, and its value. */
export type GitSetting = readonly [key: string, value: string];

/**
 * Settings as variables of git's environment: `-c key=value` would end a key at its first `=`, and other users of the
 * machine see arguments. https://git-scm.com/docs/git-config#ENVIRONMENT
 */
export function gitSettings(settings: readonly GitSetting[]): Readonly<Record<string, string>> {
  const numbered = settings.flatMap(([key, value], i): readonly GitSetting[] => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries<string>(numbered) };
}
