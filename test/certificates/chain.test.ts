import type { FullCertificate } from '../../src/certificates/certificate';
import { checkChain, stubOf } from '../../src/certificates/chain';
import { makeFiles, sha256 } from '../../src/certificates/issue';
import { verifyFile } from '../../src/certificates/verify';
import { chainOf, facts, newKey, signerWith, vinOf } from './support';

const key = newKey();
const AT = '2026-12-02T09:00:00.000Z';

describe('a folder of certificates', () => {
  const files = chainOf(5, key);
  const named = files.flatMap(({ full, buyer }, index) => [
    { name: `${index + 1}.full.jws`, text: full },
    { name: `${index + 1}.buyer.jws`, text: buyer },
  ]);
  const check = (some: typeof named, from?: number) =>
    checkChain(some, [key], from === undefined ? {} : { from });
  const without = (...names: string[]) => named.filter(({ name }) => !names.includes(name));

  it('is whole where each number is there and knows the one before', async () => {
    expect(await check(named.toReversed())).toEqual({
      ...{ certificates: 5, erased: 0, statements: 0, first: 1, last: 5, problems: [] },
    });
  });

  it('is not whole where one is missing', async () => {
    const { problems } = await check(without('3.full.jws'));
    expect(problems).toEqual([
      { where: 'number 3', check: 'chain', problem: expect.stringContaining('missing') },
    ]);
  });

  it('is not whole where one was exchanged for another that is signed as well', async () => {
    const place = { number: 3, previous: sha256(files[1]?.full ?? ''), issuedAt: AT };
    const other = makeFiles(facts(9), place, signerWith(key));
    const exchanged = named.map((one) => (one.name === '3.full.jws' ? { ...one, text: other.full } : one));
    const { problems } = await check(exchanged);
    expect(problems.map(({ where, check: which }) => [where, which])).toEqual([
      ['3.buyer.jws', 'copy'],
      ['4.full.jws', 'chain'],
    ]);
  });

  it('is not whole where two have one number', async () => {
    const other = makeFiles(facts(9), { number: 3, previous: null, issuedAt: AT }, signerWith(key));
    const { problems } = await check([...named, { name: 'x.jws', text: other.full }]);
    expect(problems).toEqual([
      { where: 'x.jws', check: 'number', problem: expect.stringContaining('twice') },
    ]);
  });

  it('is not whole where one is bad, and says which and why', async () => {
    const { problems } = await check([...named, { name: 'bad.jws', text: `${files[0]?.full}A` }]);
    expect(problems).toMatchObject([{ where: 'bad.jws', check: 'form' }]);
  });

  it('is whole where one was erased and its stub stays, and not where the stub is of another one', async () => {
    const third = files[2] as { full: string };
    const { content } = verifyFile(third.full, [key]) as { content: FullCertificate };
    const { number, previous, vehicle } = content;
    const stub = stubOf({ number, previous, sha256: sha256(third.full), commitment: vehicle.commitment });
    expect(JSON.stringify(stub)).not.toContain(vinOf(3));
    const left = without('3.full.jws', '3.buyer.jws');
    const name = '00000003.stub.json';
    expect(await check([...left, { name, text: JSON.stringify(stub) }])).toMatchObject({
      ...{ certificates: 4, erased: 1, problems: [] },
    });
    const wrong = { ...stub, sha256: '00'.repeat(32) };
    expect((await check([...left, { name, text: JSON.stringify(wrong) }])).problems).toMatchObject([
      { where: '4.full.jws', check: 'chain' },
    ]);
    expect((await check([...left, { name, text: '{}' }])).problems).toMatchObject([
      { where: name, check: 'content' },
      { where: 'number 3' },
    ]);
  });

  it('can be a later part of the chain, where that is said', async () => {
    const later = without('1.full.jws', '1.buyer.jws', '2.full.jws', '2.buyer.jws');
    expect((await check(later, 3)).problems).toEqual([]);
    expect((await check(later)).problems).toMatchObject([{ where: 'number 1', check: 'chain' }]);
    expect((await check(named, 3)).problems).toHaveLength(2);
  });
});
