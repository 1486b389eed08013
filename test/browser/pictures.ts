import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../support/chromium';
import { openTab, PATIENCE, textOf } from './tab';

/**
 * Takes the pictures of the documents from a running demo: `npm run pictures`. A day passes in a minute there, so that what is seen is
 * what people see on a day with something to do.
 */

const FOLDER = join(__dirname, '../../docs/pictures');
const COMMAND = join(__dirname, '../../lib/src/cli/vin.js');
const DAY_IN_A_MINUTE = '1440';
/** A vehicle of examples/fleet.csv that waits for its fleet manager. */
const WAITING = 'WF0EXXTTREN451908';
/** Groups of the demo that wait for somebody, on its first days. */
const GROUPS = 2;

async function takeAll(): Promise<void> {
  const demo = spawn(process.execPath, [COMMAND, 'demo', '--speed', DAY_IN_A_MINUTE], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => demo.once('close', () => resolve()));
  const browser = await launchChromium();
  try {
    const said = saying(demo.stderr, ended);
    const ui = await said(/^Temporal .*, UI (http\S+)$/m);
    const pageUrl = await said(/^fleet page, opened once by (http\S+)$/m);
    const { page } = await openTab(browser, new URL(pageUrl).origin, {
      viewport: { width: 1_100, height: 720 },
      colorScheme: 'light',
    });
    await openFleetPage(page, pageUrl);
    await page.screenshot({ path: join(FOLDER, 'fleet-page.png'), fullPage: true });
    await page.goto(`/vehicle/${WAITING}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.screenshot({ path: join(FOLDER, 'vehicle.png') });
    await openTemporalUi(page, ui);
    await page.screenshot({ path: join(FOLDER, 'temporal-ui.png') });
  } finally {
    await browser.close();
    demo.kill('SIGTERM');
    await ended;
  }
}

/** Waits for a line of what the demo says, and gives its first part. */
function saying(stream: NodeJS.ReadableStream, ended: Promise<void>): (line: RegExp) => Promise<string> {
  let said = '';
  const looks = new Set<() => void>();
  stream.on('data', (chunk) => {
    said += chunk;
    for (const look of looks) look();
  });
  return (line) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = line.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      };
      looks.add(look);
      look();
      void ended.then(() => reject(new Error(`the demo has ended before it said ${line}: ${said}`)));
    });
}

/** Signs in, and waits until something is to be done. */
async function openFleetPage(page: Page, pageUrl: string): Promise<void> {
  await page.goto(pageUrl);
  await page.getByLabel('Your name').fill('Jane');
  await page.getByRole('button', { name: 'Sign in' }).click();
  const groups = page.getByRole('region', { name: 'Why' }).locator('tbody tr');
  const until = Date.now() + PATIENCE;
  while ((await groups.count()) < GROUPS) {
    if (Date.now() > until) throw new Error(`nothing to do: ${await textOf(page.locator('main'))}`);
    await page.waitForTimeout(1_000);
    await page.reload();
  }
}

/** What happened to one vehicle, with who is waited for. */
async function openTemporalUi(page: Page, ui: string): Promise<void> {
  await page.setViewportSize({ width: 1_200, height: 860 });
  await page.goto(`${ui}/namespaces/default/workflows/activation:high-mobility:default:${WAITING}`);
  await page
    .getByText(/Waiting for/)
    .last()
    .scrollIntoViewIfNeeded();
}

takeAll().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
