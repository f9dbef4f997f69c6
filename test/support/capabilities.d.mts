/** The properties of one unpacked package, as paths: `DeploymentSettings.vcs.provider`. */
export function propertiesOf(folder: string): readonly string[];
