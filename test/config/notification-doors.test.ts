import { notificationDoors } from '../../src/config/parkings';

/** At which addresses notifications of parking come in, and with which tokens. */

const VIN_PARKING = 'autopay:default,autopay:north';

function doors(environment: Record<string, string>): Record<string, readonly string[]> {
  return Object.fromEntries(
    notificationDoors({ VIN_PARKING, ...environment }).map(({ app, under, secrets }) => [
      app.application + under,
      secrets,
    ]),
  );
}

test('a credential without a token has none, and so has a gateway without credentials', () => {
  expect(doors({})).toEqual({});
  expect(notificationDoors({ AUTOPAY_WEBHOOK_TOKEN: 'a-token-of-entries' })).toEqual([]);
});

test('each credential has its own, and both values of a token while it is changed', () => {
  expect(
    doors({
      AUTOPAY_WEBHOOK_TOKEN: 'the-new-one',
      AUTOPAY_WEBHOOK_TOKEN_PREVIOUS: 'the-old-one',
      AUTOPAY_WEBHOOK_PERIODIC_TOKEN: 'of-periods',
      AUTOPAY_NORTH_WEBHOOK_TOKEN: 'of-the-north',
    }),
  ).toEqual({
    default: ['the-new-one', 'the-old-one'],
    'default/periodic': ['of-periods'],
    north: ['of-the-north'],
    // Without a token of its own it has that of entries.
    'north/periodic': ['of-the-north'],
  });
});

test('a token for periods alone opens that address alone', () => {
  expect(doors({ AUTOPAY_WEBHOOK_PERIODIC_TOKEN: 'of-periods' })).toEqual({
    'default/periodic': ['of-periods'],
  });
});

test.each(['tiny', 'with a space in it'])(
  'the token "%s" is refused, and its value is in no message',
  (token) => {
    const read = () => doors({ AUTOPAY_WEBHOOK_TOKEN: token });
    expect(read).toThrow(/AUTOPAY_WEBHOOK_TOKEN is not usable/);
    expect(read).not.toThrow(new RegExp(token));
  },
);
