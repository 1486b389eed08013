import { applicationKey } from '../../src/domain/application';

/** The application of tests that need only one. */
export const APP = { provider: 'high-mobility', application: 'default' } as const;

/** Its key. */
export const APP_KEY = applicationKey(APP);
