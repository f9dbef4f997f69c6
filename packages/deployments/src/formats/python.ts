export { readPythonPrograms } from "./python-read.ts";
export { writePython } from "./python-write.ts";
