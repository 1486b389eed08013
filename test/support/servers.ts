import type { EmbeddedServer } from '../../src/trial/temporal-server/server';

/** Environment variables in which the servers' places are handed on to the test files. */
export const DEV_SERVER = 'VIN_TEST_DEV_SERVER';
export const TIME_SKIPPING_SERVER = 'VIN_TEST_TIME_SKIPPING_SERVER';

/** From the start to the stop; jest loads the two as separate modules of one process. */
export const running = globalThis as { vinTestServer?: EmbeddedServer };
