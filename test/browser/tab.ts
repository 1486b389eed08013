import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** A page in a browser session of its own, and what went wrong in it. */
export interface Tab {
  readonly page: Page;
  /** Requests to anywhere but the gateway. */
  readonly elsewhere: string[];
  /** What the page's policy has refused. */
  readonly refused: string[];
  /** Errors of its script. */
  readonly failed: string[];
  close(): Promise<void>;
}

/** What a busy machine may take until something is there. */
export const PATIENCE = 120_000;

/** @param url of the gateway: relative addresses are of it. */
export async function openTab(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ baseURL: url, ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const [elsewhere, refused, failed] = [[], [], []] as [string[], string[], string[]];
  context.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:'))
      elsewhere.push(request.url());
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refused.push(message.text());
  });
  page.on('pageerror', (error) => failed.push(String(error)));
  return { page, elsewhere, refused, failed, close: () => context.close() };
}

/** Signs in with a token, by typing. */
export async function signIn(page: Page, token: string, who = 'Jane'): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Token of the API').fill(token);
  await page.getByLabel('Your name').fill(who);
  await page.getByLabel('Your name').press('Enter');
  await page.getByRole('button', { name: `Sign out ${who}` }).waitFor();
}

/** Goes to something by the tabulator alone, from wherever the focus is. */
export async function tabTo(page: Page, wanted: Locator, presses = 200): Promise<void> {
  await wanted.waitFor();
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab');
    if (await hasFocus(wanted)) return;
  }
  throw new Error(`not reached by the tabulator: ${wanted}`);
}

/** What stands there, in one line. */
export async function textOf(wanted: Locator): Promise<string> {
  return ((await wanted.textContent()) ?? '').replace(/\s+/g, ' ').trim();
}

export function hasFocus(wanted: Locator): Promise<boolean> {
  return wanted.evaluate((element) => element.ownerDocument.activeElement === element);
}

/** Has it read itself anew at once, as when somebody comes back to it. */
export async function readAnew(page: Page): Promise<void> {
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
}

/** What a page, or a table in it, has beyond its edge, so that it has to be scrolled sideways. */
export async function beyondTheEdge(page: Page): Promise<string[]> {
  return page.evaluate(`[document.documentElement, ...document.querySelectorAll('.wide')]
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => {
      const edge = one.getBoundingClientRect().right + 1;
      const parts = [...one.querySelectorAll('*')].filter((part) => part.getBoundingClientRect().right > edge);
      return one.className + ' ' + one.scrollWidth + ': ' + parts.map((part) => part.outerHTML.slice(0, 200)).join();
    })`);
}

/** What axe finds, and where it is. */
export async function barriersOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate('globalThis.axe !== undefined'))) await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'], preload: false })",
  )) as axe.AxeResults;
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${impact} ${id} at ${target}: ${failureSummary}`),
  );
}
