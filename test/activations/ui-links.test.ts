import { listLink, VIEWS, workflowLink } from '../../src/activations/ui-links';

const UI = { url: 'https://temporal.example.com/ui/', namespace: 'my fleet' };

describe('links into the Temporal UI', () => {
  test('have the id of a workflow, and a query, in a form that an address can hold', () => {
    expect(workflowLink(UI, 'activation:high-mobility:default:VIN')).toBe(
      'https://temporal.example.com/ui/namespaces/my%20fleet/workflows/activation%3Ahigh-mobility%3Adefault%3AVIN',
    );
    const link = new URL(listLink(UI, "Fleet = 'a & b'"));
    expect([link.pathname, link.searchParams.get('query')]).toEqual([
      '/ui/namespaces/my%20fleet/workflows',
      "Fleet = 'a & b'",
    ]);
  });

  test('of views are each another one', () => {
    const queries = Object.values(VIEWS).map(({ query }) => query(0));
    expect(new Set(queries).size).toBe(queries.length);
  });
});
