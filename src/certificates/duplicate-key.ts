/** A string, or a mark of JSON's structure. In proper JSON nothing else matters here. */
const PARTS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * The first name that stands twice in one object of a JSON text, or null. `JSON.parse` takes the last one in silence, other
 * readers the first: what is signed must mean the same to all.
 *
 * @param json proper JSON.
 */
export function duplicateKey(json: string): string | null {
  /** The names of each open object; null for a list. */
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [part] of json.matchAll(PARTS)) {
    if (part === '{') open.push(new Set());
    else if (part === '[') open.push(null);
    else if (part === '}' || part === ']') open.pop();
    else if (part === ':') {
      const name = JSON.parse(last) as string;
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
    last = part;
  }
  return null;
}
