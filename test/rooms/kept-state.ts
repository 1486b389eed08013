import { parseSync } from '@swc/core';

interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** Collections that are made to be filled. Weak ones are nothing else; the others may hold constants. */
const COLLECTIONS = ['Map', 'Set', 'Array', 'Object', 'WeakMap', 'WeakSet', 'WeakRef'];
const FUNCTIONS = ['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'];
const WRAPPERS = ['ParenthesisExpression', 'TsAsExpression', 'TsSatisfiesExpression', 'TsNonNullExpression'];
const CHANGES = 'set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill';

/**
 * Why a module keeps something of its own from one call to the next, if it does: all activations of a thread share the
 * modules of workflow code (src/temporal/bundle.ts), and a replay finds another state than the first run.
 */
export function keptState(source: string): string | null {
  const { body } = parseSync(source, { syntax: 'typescript' }) as unknown as { body: Node[] };
  const constants: string[] = [];
  for (const item of body) {
    const node = item.type === 'ExportDeclaration' ? (item['declaration'] as Node) : item;
    if (node.type === 'VariableDeclaration') {
      if (node['kind'] !== 'const') return 'has a variable';
      for (const { id, init } of node['declarations'] as { id: Node; init: Node | null }[]) {
        constants.push(String(id['value']));
        if (init && isStepping(init) && new RegExp(`\\b${id['value']}\\.(?:test|exec)\\(`).test(source)) {
          return `has ${id['value']}, an expression that remembers where it was`;
        }
        if (init && waitsToBeFilled(init)) return `has ${id['value']}, which waits to be filled`;
      }
    } else if (node.type === 'ClassDeclaration' && (node['body'] as Node[]).some(isStatic)) {
      return 'has a class with a static field';
    }
  }
  const changed = constants.find((name) =>
    new RegExp(
      `\\b${name}(?:\\.(?:${CHANGES})\\(|(?:\\.\\w+|\\[[^\\]\\n]+\\])+\\s*(?:[-+*/|&?]{0,2}=(?![=>])|\\+\\+|--))`,
    ).test(source),
  );
  return changed === undefined ? null : `changes ${changed}`;
}

/** A regular expression with `g` or `y`: asked again, it goes on behind its last match. */
function isStepping({ type, flags }: Node): boolean {
  return type === 'RegExpLiteral' && /[gy]/.test(String(flags));
}

function isStatic({ type, isStatic: is }: Node): boolean {
  return type === 'ClassProperty' && is === true;
}

function waitsToBeFilled(node: Node): boolean {
  const bare = WRAPPERS.includes(node.type) ? (node['expression'] as Node) : node;
  if (bare !== node) return waitsToBeFilled(bare);
  const parts = node['elements'] ?? node['properties'];
  return (Array.isArray(parts) && parts.length === 0) || holdsCollection(node);
}

/** Whether an expression makes an empty collection, or has a function that keeps variables made for it. */
function holdsCollection(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsCollection);
  if (typeof value !== 'object' || value === null) return false;
  const node = value as Node;
  if (FUNCTIONS.includes(node.type)) return false;
  const callee = bareOf(node['callee']);
  if (node.type === 'CallExpression' && callee && FUNCTIONS.includes(callee.type)) return true;
  if (node.type === 'NewExpression' && COLLECTIONS.includes(String(callee?.['value']))) {
    const given = (node['arguments'] ?? []) as unknown[];
    if (given.length === 0 || String(callee?.['value']).startsWith('Weak')) return true;
  }
  return Object.values(node).some(holdsCollection);
}

function bareOf(value: unknown): Node | undefined {
  const node = value as Node | undefined;
  return node?.type === 'ParenthesisExpression' ? bareOf(node['expression']) : node;
}
