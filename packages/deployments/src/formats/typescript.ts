export { readTypescript } from "./typescript-read.ts";
export { typescriptProgram } from "./typescript-target.ts";
export { writeTypescript } from "./typescript-write.ts";
