import { readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type Logger } from '@temporalio/worker';

const ROOT = join(__dirname, '../..');

/** The only rooms that workflows may import (test/rooms/rooms.ts). */
const ROOMS = ['workflows', 'src/domain'];

/** The workflows' code as the build has bundled it, for `Worker.create`. */
export interface BuiltBundle {
  readonly workflowBundle?: { readonly codePath: string };
}

/**
 * Finds the bundle of the build: `lib/workflow-bundle.js`. Empty where there is none, as beside the sources, and
 * where the code is newer, as after a build that failed half way: the worker then bundles for itself.
 */
export function builtBundle(root: string = ROOT): BuiltBundle {
  const codePath = bundleIn(root);
  const made = changedAt(codePath);
  const code = ROOMS.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(root, room, file),
    ),
  ).filter((file) => file.endsWith('.js'));
  return made > 0 && code.every((file) => changedAt(file) <= made) ? { workflowBundle: { codePath } } : {};
}

/**
 * Bundles the workflows' code as every worker of ours runs it: loaded once for all activations of a thread, and not once
 * for each. The SDK freezes what such modules export; that they keep nothing else is checked (test/rooms/workflow-code.test.ts).
 */
export function bundleWorkflows(logger: Logger): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({
    workflowsPath: require.resolve('../../workflows'),
    workflowInterceptorModules: [require.resolve('../../workflows/activation/whole-tasks')],
    preloadModules: [
      require.resolve('../../workflows/activation/stack-trace-limit'),
      require.resolve('../../workflows/activation/whole-tasks'),
      require.resolve('../../workflows'),
    ],
    logger,
  });
}

/**
 * Makes that bundle: the last step of `npm run build`. It has to be made by the same version of
 * `@temporalio/worker` that runs it (its documentation), so it is never kept longer than a build.
 */
async function build(): Promise<void> {
  const { code } = await bundleWorkflows(new DefaultLogger('WARN'));
  // In one step: a worker that starts meanwhile reads the old one or the new one.
  const half = `${bundleIn(ROOT)}.${process.pid}`;
  writeFileSync(half, code);
  renameSync(half, bundleIn(ROOT));
}

function bundleIn(root: string): string {
  return join(root, 'workflow-bundle.js');
}

/** Milliseconds since 1970, or 0 where there is no such file. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (require.main === module) void build();
