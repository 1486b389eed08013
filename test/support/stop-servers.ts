import { running } from './servers';

/** After the tests that needed servers. */
export default async function stopServers(): Promise<void> {
  await running.vinTestServer?.stop();
}
