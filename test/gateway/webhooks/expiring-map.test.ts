import { ExpiringMap } from '../../../src/gateway/webhooks/expiring-map';

let time = 0;
const recent = (atMost = 10) => new ExpiringMap<string>({ keepFor: 100, atMost, now: () => time });
beforeEach(() => {
  time = 0;
});

test('an entry is there until its time is over, and not a moment longer', () => {
  const memory = recent();
  memory.set('a', 'A');
  time = 99;
  expect(memory.get('a')).toBe('A');
  expect(memory.remaining('a')).toBe(1);
  time = 100;
  expect(memory.get('a')).toBeUndefined();
  expect(memory.remaining('a')).toBe(0);
});

test('an entry that is set again has its whole time again', () => {
  const memory = recent();
  memory.set('a', 'A');
  time = 60;
  memory.set('a', 'A2');
  time = 159;
  expect(memory.get('a')).toBe('A2');
});

test('above its bound the oldest is forgotten first, and one that was set again is not the oldest', () => {
  const memory = recent(2);
  memory.set('a', 'A');
  memory.set('b', 'B');
  memory.set('a', 'A2');
  memory.set('c', 'C');
  expect([memory.get('a'), memory.get('b'), memory.get('c')]).toEqual(['A2', undefined, 'C']);
});

test('what is over takes no room, even below the bound', () => {
  const memory = recent();
  for (const key of 'abcde') memory.set(key, key);
  time = 100;
  memory.set('f', 'f');
  expect(memory.size).toBe(1);
});

test('forgetting a value leaves a newer one alone', () => {
  const memory = recent();
  memory.set('a', 'old');
  memory.set('a', 'new');
  memory.forget('a', 'old');
  expect(memory.get('a')).toBe('new');
  memory.forget('a', 'new');
  expect(memory.get('a')).toBeUndefined();
});

test('a hundred thousand entries leave no more than the bound', () => {
  const memory = recent(1_000);
  for (let index = 0; index < 100_000; index += 1) memory.set(String(index), 'x');
  expect(memory.size).toBe(1_000);
  expect(memory.get('99999')).toBe('x');
});
