export { readYamlPrograms } from "./yaml-read.ts";
export { writeYaml } from "./yaml-write.ts";
