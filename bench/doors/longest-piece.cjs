// Preloaded into the gateway: at SIGUSR2 it writes the longest piece of work since the last time to the file named there:
// between two ticks of a timer, in ms, by the clock, and by the processor time that all threads used meanwhile.
const { writeFileSync } = require('node:fs');

const EVERY = 5;
let last = performance.now();
let used = process.cpuUsage();
let longest = { clock: 0, work: 0 };
function tick() {
  const now = performance.now();
  const total = process.cpuUsage();
  const spent = total.user + total.system - used.user - used.system;
  const clock = Math.max(0, now - last - EVERY);
  longest = {
    clock: Math.max(longest.clock, clock),
    work: Math.max(longest.work, Math.min(clock, spent / 1_000)),
  };
  last = now;
  used = total;
}
let timer = null;
// Looking costs a little: it begins when somebody asks for the first time.
process.on('SIGUSR2', () => {
  if (timer === null) {
    last = performance.now();
    used = process.cpuUsage();
    timer = setInterval(tick, EVERY).unref();
  }
  writeFileSync(process.env.LONGEST_PIECE_FILE, JSON.stringify(longest));
  longest = { clock: 0, work: 0 };
});
