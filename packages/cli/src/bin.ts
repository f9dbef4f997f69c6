import module from "node:module";

// Node 22.1 and newer keep compiled code between runs; Node 20 has no such function, whatever its types say.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
await import("./main.ts");
