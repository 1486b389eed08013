import { join } from 'node:path';

/** The workflows' code, for workers: `npm run build` made it before the tests with servers. To make it anew takes seconds. */
export const BUNDLE = { codePath: join(__dirname, '../../lib/workflow-bundle.js') };
