/** Code of an activation with a bug: each of its workflow tasks fails, and is tried again. */
export async function activation(): Promise<never> {
  throw new Error('broken on purpose');
}
