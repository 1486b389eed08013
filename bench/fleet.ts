/** VINs that are alike in all but their last digits; each letter from A to Z has 100,000 of its own. */
export function fleetOf(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `WBA8E9G5${letter}GN${String(index).padStart(6, '0')}`);
}

/** Asks until the answer is at least this. @returns milliseconds that it took. @throws Error after `within`. */
export async function untilAtLeast(
  wanted: number,
  count: () => Promise<number>,
  told: { readonly what: string; readonly within: number; readonly say?: (step: string) => void },
): Promise<number> {
  const begun = performance.now();
  let said = begun;
  for (;;) {
    const seen = await count();
    const now = performance.now();
    if (seen >= wanted) return now - begun;
    if (now - begun > told.within)
      throw new Error(`${told.what}: ${seen} of ${wanted} after ${Math.round(told.within / 1_000)} s`);
    if (now - said > 10_000) {
      told.say?.(`${told.what}: ${seen} of ${wanted}`);
      said = now;
    }
    // To within a hundredth of the time; each question is work for the server that is measured.
    const pause = Math.min(2_000, Math.max(100, (now - begun) / 100));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
