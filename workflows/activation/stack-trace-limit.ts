/**
 * Loaded once into each thread that runs workflows, before the first of them (src/temporal/bundle.ts). The SDK writes
 * down a stack for every promise that a workflow makes; with V8's ten calls that is a quarter of what an activation
 * costs its worker (docs/decisions/0008-the-workers-memory.md). Three still name the place of an error.
 */
Error.stackTraceLimit = 3;
