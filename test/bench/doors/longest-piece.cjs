// Preloaded into the gateway: at SIGUSR2 it writes the longest piece of work since the last time to the file named there:
// between two ticks of a timer, in ms, by the clock, and by the processor time that all threads used meanwhile.
const { writeFileSync } = require('node:fs');

const EVERY = 2;
let last = performance.now();
let used = process.cpuUsage();
let longest = { clock: 0, work: 0 };
setInterval(() => {
  const now = performance.now();
  const spent = process.cpuUsage(used);
  const clock = Math.max(0, now - last - EVERY);
  longest = {
    clock: Math.max(longest.clock, clock),
    work: Math.max(longest.work, Math.min(clock, (spent.user + spent.system) / 1_000)),
  };
  last = now;
  used = process.cpuUsage();
}, EVERY).unref();
process.on('SIGUSR2', () => {
  writeFileSync(process.env.LONGEST_PIECE_FILE, JSON.stringify(longest));
  longest = { clock: 0, work: 0 };
});
