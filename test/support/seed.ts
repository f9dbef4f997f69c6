import fc from "fast-check";

/** One seed for every property, so that a run says the same each time. `SEED=…` looks elsewhere, and so does `pnpm fuzz`. */
fc.configureGlobal({ seed: Number(process.env["SEED"] ?? 1) });
