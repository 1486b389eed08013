// Preloaded into the gateway: at SIGUSR2 it writes the longest piece of work since the last time, in ms, to the file named there.
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const RESOLUTION = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
delay.enable();
process.on('SIGUSR2', () => {
  writeFileSync(process.env.LONGEST_PIECE_FILE, String(Math.max(0, delay.max / 1e6 - RESOLUTION)));
  delay.reset();
});
