import { FILTERS, type FilterName, type FilterWords, readFilter } from '../../activations/filter';
import type { ActivationFilter } from '../../activations/search';
import type { ApiSurroundings } from './operation';
import { type FieldError, invalidFields } from './problem';

/** Filters as a request has them: flags are `true` and `false`. */
export type AskedFilters = Readonly<Partial<Record<FilterName, string | undefined>>>;

/**
 * The filter that a request means, of the token's application.
 *
 * @param placeOf where a filter stands in the request.
 * @throws ApiError `REQUEST_INVALID` with every filter that cannot be used.
 */
export function filterFrom(
  asked: AskedFilters,
  { app, catalogue }: Pick<ApiSurroundings, 'app' | 'catalogue'>,
  placeOf: (filter: FilterName) => Pick<FieldError, 'pointer' | 'parameter'>,
): ActivationFilter {
  const words = Object.entries(asked).flatMap(([name, text]) => {
    if (text === undefined) return [];
    return [[name, FILTERS[name as FilterName].takes === 'flag' ? text === 'true' : text]];
  });
  const read = readFilter(Object.fromEntries(words) as FilterWords, { catalogue, providers: [app.provider] });
  if (read.ok) return { ...read.filter, ...app };
  throw invalidFields(
    read.problems.map(({ filter, code, problem, remedy }) => ({
      ...placeOf(filter),
      code,
      detail: problem,
      next: remedy,
    })),
  );
}
