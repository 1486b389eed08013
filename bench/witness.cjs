// Preloaded into a measured process: writes down at its end what it used (BENCH_WITNESS names the file).
const { writeFileSync } = require('node:fs');

process.once('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
  writeFileSync(process.env.BENCH_WITNESS, JSON.stringify({ maxRssMb: maxRSS / 1024, cpuSeconds }));
});
