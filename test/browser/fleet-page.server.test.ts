import type { Browser, Page } from 'playwright-core';
import { wholeReport } from '../support/activations';
import { describeInChromium, launchChromium } from '../support/chromium';
import { eventually } from '../support/command-line';
import { FORDS, HOSTILE, PRIVATE, STRANGE, SUPPORTED } from './fleet';
import { KINDS, SCREENS } from './kinds';
import {
  barriersOf,
  beyondTheEdge,
  hasFocus,
  openTab,
  PATIENCE,
  readAnew,
  signIn,
  type Tab,
  tabTo,
  textOf,
} from './tab';
import { openWorld, type World } from './world';

describeInChromium('the fleet page in Chromium, on a real Temporal server', () => {
  let world: World;
  let browser: Browser;
  const tabs: Tab[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    world = await openWorld();
  });
  afterEach(async () => {
    const wrong = tabs.map(({ elsewhere, refused, failed }) => ({ elsewhere, refused, failed }));
    await Promise.all(tabs.splice(0).map((tab) => tab.close()));
    // Whatever a test does: no request leaves the gateway, and the policy has nothing to refuse.
    expect(wrong).toEqual(wrong.map(() => ({ elsewhere: [], refused: [], failed: [] })));
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  async function open(options = {}, { url } = world.gateway): Promise<Tab> {
    const tab = await openTab(browser, url, options);
    tabs.push(tab);
    return tab;
  }
  async function signedIn(options = {}, token = world.tokens.operate): Promise<Page> {
    const { page } = await open(options);
    await signIn(page, token);
    return page;
  }
  const report = (vin: string) => wholeReport(world.stage.activations, vin);

  describe('shows what is stuck, and leads to it', () => {
    it('once somebody has signed in with the link of the start, which is good once', async () => {
      const { page } = await open();
      await page.goto(world.gateway.pageUrl);
      await tabTo(page, page.getByLabel('Your name'));
      await page.keyboard.type('Jane');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: /need you/ }).waitFor();

      const { page: other } = await open();
      await other.goto(world.gateway.pageUrl);
      await other.getByLabel('Your name').fill('John');
      await other.getByRole('button', { name: 'Sign in' }).click();
      await other.getByRole('alert').getByText('The link is used up').waitFor();
    });

    it('in one sentence, and by reason with whose turn it is', async () => {
      const page = await signedIn();
      // Where Temporal or a worker does not answer at once, it says so, and reads itself anew.
      const turns = await eventually(
        () => textOf(page.locator('#turns')),
        (text) => text !== '',
      );
      expect(turns).toBe('4 need you · 2 need drivers');
      const rows = page.getByRole('region', { name: 'Why' }).locator('tbody tr');
      expect(await textOf(rows.filter({ hasText: 'consent assignment missing' }))).toMatch(
        /^3\s+consent assignment missing\s+fleet manager/,
      );
      const bad = await eventually(
        () => page.locator('.signs .bad').allTextContents(),
        ({ length }) => length === 0,
      );
      expect(bad).toEqual([]);
    });

    it('words of others as words: they are no markup', async () => {
      const page = await signedIn();
      await page.goto(`/vehicle/${STRANGE}`);
      expect(await textOf(page.locator('main'))).toContain(HOSTILE);
      expect(await page.title()).toBe(`${STRANGE} · vin-activation`);
    });

    it('from a group to its vehicles, to what happened to one of them, and into the Temporal UI', async () => {
      const page = await signedIn();
      await page.getByRole('link', { name: 'consent assignment missing' }).click();
      const vins = page.locator('a.vin');
      expect((await vins.allTextContents()).sort()).toEqual([...FORDS]);
      const list = await page.getByRole('link', { name: 'in the Temporal UI' }).getAttribute('href');
      await vins.filter({ hasText: FORDS[1] }).click();
      const timeline = page.getByRole('region', { name: 'What happened' });
      expect(await textOf(timeline)).toMatch(/data · submit\s*pending/);
      const one = await page.getByRole('link', { name: /in the Temporal UI/ }).getAttribute('href');

      const ui = await browser.newPage();
      ui.setDefaultTimeout(PATIENCE);
      for (const [address, shown] of [
        [list, FORDS],
        [one, [FORDS[1]]],
      ] as const) {
        await ui.goto(address as string);
        for (const vin of shown)
          await ui.getByText(`activation:high-mobility:default:${vin}`).first().waitFor();
      }
      await ui.close();
    });
  });

  describe('with the keyboard alone', () => {
    it('has a way past its head, and a key that goes to the search', async () => {
      const page = await signedIn();
      await page.goto('/');
      await page.keyboard.press('Tab');
      expect(await hasFocus(page.getByRole('link', { name: 'To the content' }))).toBe(true);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await hasFocus(page.locator('#turns a').first())).toBe(true);

      await page.keyboard.press('/');
      await page.keyboard.type(SUPPORTED.toLowerCase());
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: SUPPORTED }).waitFor();
    });

    it('stops the reminders of all that match, after it was shown what would happen', async () => {
      const page = await signedIn();
      await tabTo(page, page.getByRole('link', { name: 'consent assignment missing' }));
      await page.keyboard.press('Enter');
      await tabTo(page, page.getByRole('button', { name: 'Stop reminders for 3 days, all 3' }));
      await page.keyboard.press('Enter');
      await page.getByText('Nothing has been done yet').waitFor();
      await tabTo(page, page.getByLabel('Why, for the record'));
      await page.keyboard.type('the drivers know');
      await tabTo(page, page.getByRole('button', { name: 'Do it for 3 vehicles' }));
      await page.keyboard.press('Enter');
      await page.getByText('3 vehicles get the message').waitFor();
      for (const vin of FORDS) {
        const { history } = await eventually(
          () => report(vin),
          ({ acknowledgedUntil }) => acknowledgedUntil !== null,
        );
        expect(history.map(({ note }) => note).join('\n')).toContain('Jane: the drivers know');
      }
    });

    it('tries one vehicle again, and shows what came of it without being asked', async () => {
      world.stage.simulator.script(PRIVATE, [{ status: 'pending', reason: 'no data received', after: 0 }]);
      const page = await signedIn();
      await page.goto(`/vehicle/${PRIVATE}`);
      await tabTo(page, page.getByRole('button', { name: 'Retry' }));
      await page.keyboard.press('Enter');
      await tabTo(page, page.getByRole('button', { name: 'Do it for 1 vehicle' }));
      await page.keyboard.press('Enter');
      await tabTo(page, page.getByRole('link', { name: 'Back to the vehicle' }));
      await page.keyboard.press('Enter');
      await page
        .locator('dd')
        .filter({ hasText: /^pending/ })
        .waitFor();
      expect(world.stage.statusAtProvider(PRIVATE)).toBe('pending');
    });

    it('stays where somebody is while the page reads itself anew', async () => {
      const page = await signedIn();
      const link = page.getByRole('link', { name: 'consent assignment missing' });
      await link.focus();
      await page.evaluate("globalThis.old = document.querySelector('main').firstElementChild");
      await readAnew(page);
      await eventually(
        () => page.evaluate('globalThis.old.isConnected'),
        (isThere) => isThere === false,
      );
      expect(await hasFocus(link)).toBe(true);
    });

    it('hears nothing of the seconds that pass, and of a gateway that does not answer once', async () => {
      const page = await signedIn();
      const spoken = page.locator('[role=status], [role=alert], [aria-live]');
      expect(await spoken.locator('[data-age]').count()).toBe(0);
      await page.context().setOffline(true);
      await readAnew(page);
      await spoken.getByText('The gateway does not answer.').waitFor();
      await page.context().setOffline(false);
      await readAnew(page);
      await spoken.getByText('The gateway does not answer.').waitFor({ state: 'detached' });
    });

    it('signs out', async () => {
      const page = await signedIn();
      await tabTo(page, page.getByRole('button', { name: 'Sign out Jane' }));
      await page.keyboard.press('Enter');
      await page.getByLabel('Token of the API').waitFor();
      await page.goto(`/vehicle/${PRIVATE}`);
      expect(await textOf(page.locator('main'))).not.toContain(PRIVATE);
    });
  });

  describe('on every screen, in light and in dark colours', () => {
    const look = async (page: Page, { viewport, colorScheme, isWhole }: (typeof SCREENS)[number]) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      return {
        barriers: isWhole ? await barriersOf(page) : [],
        beyondTheEdge: await beyondTheEdge(page),
        background: await page.evaluate('getComputedStyle(document.body).backgroundColor'),
      };
    };
    const well = ({ colorScheme }: (typeof SCREENS)[number]) => ({
      barriers: [],
      beyondTheEdge: [],
      background: colorScheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)',
    });

    it('everybody can read every kind of page, without scrolling sideways', async () => {
      const { page } = await open();
      const found: Record<string, unknown> = {};
      const wanted: typeof found = {};
      // One page, that is turned and coloured anew: to load each for each screen proves no more.
      const lookAt = async (kind: string): Promise<void> => {
        for (const screen of SCREENS) {
          const name = `${kind}, ${screen.colorScheme}, ${screen.viewport.width} pixels wide`;
          found[name] = await look(page, screen);
          wanted[name] = well(screen);
        }
      };
      await page.goto('/');
      await lookAt('the sign-in');
      await page.getByLabel('Token of the API').fill('vin_none');
      await page.getByLabel('Your name').fill('Jane');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      await lookAt('a refused sign-in');
      await signIn(page, world.tokens.operate, 'Maximiliane-Friederike.Oberhuber-Schmidt');
      for (const [kind, address] of Object.entries(KINDS)) {
        await page.goto(address);
        await lookAt(kind);
      }
      expect(found).toEqual(wanted);
    });
  });

  describe('without JavaScript', () => {
    it('is the same page, which is loaded again by itself, and acts', async () => {
      const page = await signedIn({ javaScriptEnabled: false });
      expect(await textOf(page.locator('#turns'))).toContain('need you');
      expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(1);
      await page.getByRole('link', { name: 'consent assignment missing' }).click();
      await page.getByRole('link', { name: FORDS[2] }).click();
      await page.getByRole('button', { name: 'Stop reminders for 3 days' }).click();
      await page.getByLabel('Why, for the record').fill('no script');
      await page.getByRole('button', { name: 'Do it for 1 vehicle' }).click();
      await page.getByRole('link', { name: 'Back to the vehicle' }).click();
      expect(await textOf(page.locator('h1'))).toContain(FORDS[2]);
      const { history } = await eventually(
        () => report(FORDS[2]),
        ({ history: all }) => all.some(({ note }) => note?.includes('no script')),
      );
      expect(history.length).toBeGreaterThan(1);
    });
  });

  describe('a session that may only look', () => {
    it('has nothing to press, and is told so where it tries', async () => {
      const page = await signedIn({}, world.tokens.read);
      await page.goto(`/vehicle/${FORDS[0]}`);
      expect(await page.locator('main button').count()).toBe(0);
      await page.goto(`/act?action=retry&vin=${FORDS[0]}`);
      await page.getByRole('heading', { name: 'The token may only read' }).waitFor();
      expect(await barriersOf(page)).toEqual([]);
    });
  });

  describe('while Temporal is away', () => {
    it('says so, with the last numbers or without any, and is well again by itself', async () => {
      const young = await world.startGateway();
      const page = await signedIn();
      const { page: blind } = await open({}, young);
      await world.way.cut();
      try {
        await page.getByText('Temporal is away: these are the last ones that it gave.').waitFor();
        expect(await textOf(page.locator('#turns'))).toContain('need you');
        await signIn(blind, world.tokens.operate);
        await blind.getByRole('heading', { level: 1, name: 'Temporal is away' }).waitFor();
        expect([await barriersOf(page), await barriersOf(blind)]).toEqual([[], []]);
      } finally {
        await world.way.mend();
      }
      for (const one of [page, blind]) {
        await one.getByRole('heading', { level: 1, name: /need you/ }).waitFor();
        await one.getByText('Temporal is away').waitFor({ state: 'detached' });
      }
      expect(await blind.title()).toBe('Fleet · vin-activation');
    });
  });

  it('would notice what its policy refuses, and what is asked for elsewhere', async () => {
    const tab = await openTab(browser, world.gateway.url);
    await tab.page.goto('/');
    await tab.page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { textContent: '1' }), Object.assign(new Image(), { src: 'http://127.0.0.1:9/' }))",
    );
    await eventually(
      async () => tab.refused.length,
      (refused) => refused >= 2,
    );
    await tab.close();
  });
});
