/** A time of a report for a person: milliseconds only make it hard to read. Any other text stays as it is. */
export function inSeconds(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+/, '$1');
}
