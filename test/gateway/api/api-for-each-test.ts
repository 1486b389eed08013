import { ActivationsDouble } from './activations-double';
import { type Answer, type RunningApi, startApi } from './support';

/** What each test gets again. */
export interface Here {
  activations: ActivationsDouble;
  api: RunningApi;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** An API for each test of the file, on a double of the activations. */
export function apiForEachTest(): Readonly<Here> {
  const here = {
    post: (path, body, headers = {}) => here.api.call('POST', path, { body, headers }),
  } as Here;
  beforeEach(async () => {
    here.activations = new ActivationsDouble();
    here.api = await startApi(here.activations.asActivations);
  });
  afterEach(() => here.api.close());
  return here;
}
