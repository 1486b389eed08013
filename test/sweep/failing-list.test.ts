import { closeAll, failureOf, LIST, row, stage, vin } from './support';

afterEach(closeAll);

describe('a list that fails', () => {
  const whole = [row(vin(1), 'approved', 2), row(vin(2), 'approved', 2), row(vin(3), 'approved', 2)];
  const text = JSON.stringify(whole);

  test.each([
    ['is cut off', { body: text.slice(0, -40) }, 'PROVIDER_BAD_REPLY'],
    ['is cut off between two rows', { body: text.slice(0, text.indexOf('},{') + 1) }, 'PROVIDER_BAD_REPLY'],
    ['is HTML', { body: '<html><body>Down for maintenance</body></html>' }, 'PROVIDER_BAD_REPLY'],
    [
      'is refused for now',
      { status: 429, body: {}, headers: { 'retry-after': '3' } },
      'PROVIDER_RATE_LIMITED',
    ],
    ['is not there', { status: 503, body: '' }, 'PROVIDER_UNAVAILABLE'],
  ])('because it %s tells nobody anything, and the next one tells all', async (_name, reply, code) => {
    const { answer, believers, sweep, sweeper } = await stage();
    for (const { vin: of } of whole) believers.believe(of, 'pending');
    answer(whole.map(({ vin: of }) => row(of, 'pending')));
    await sweep();
    const { last } = sweeper;
    answer(reply);
    expect((await failureOf(sweep())).code).toBe(code);
    expect(believers.take()).toEqual([]);
    expect(sweeper.last).toBe(last);
    answer(whole);
    expect(await sweep()).toHaveLength(3);
  });

  test.each([
    ['is away', { status: 503, body: '' }, 'PROVIDER_UNAVAILABLE'],
    ['refuses us', { status: 400, body: { error: 'invalid_request' } }, 'PROVIDER_CREDENTIALS'],
  ])('because the token endpoint %s is not even asked for', async (_name, reply, code) => {
    const { answerToken, sweep, server } = await stage();
    answerToken(reply);
    expect((await failureOf(sweep())).code).toBe(code);
    expect(server.to(LIST)).toEqual([]);
  });
});
