/** A reply as one text, so that a change can hit its status and its headers as well. */
export function onWire(status: number, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [String(status), ...lines, '', body].join('\n');
}

/** What means something in an HTTP reply. */
export const words: readonly string[] = [
  '200',
  '404',
  '503',
  '\n\n',
  'null',
  '[]',
  '{}',
  '""',
  '-1',
  '1e400',
];

export const check = {
  /** @throws Error naming what should be. */
  that(holds: boolean, what: string): void {
    if (!holds) throw new Error(`should be ${what}`);
  },

  /** What `onWire` made, however changed: always a reply that a server could send. */
  read(bytes: Buffer): { status: number; headers: Record<string, string>; body: string } {
    const text = bytes.toString('utf8');
    const end = text.indexOf('\n\n');
    const [first = '', ...lines] = (end < 0 ? text.slice(0, 200) : text.slice(0, end)).split('\n');
    const status = Number.parseInt(first, 10);
    const headers = lines.flatMap((line) => {
      const [, name = '', value = ''] = /^([^:]{1,60}):\s*(.*)$/.exec(line) ?? [];
      return name ? [[name.toLowerCase(), value]] : [];
    });
    return {
      status: status >= 200 && status <= 599 ? status : 200,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: end < 0 ? text : text.slice(end + 2),
    };
  },
};
