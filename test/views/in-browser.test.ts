/** The pages in a real browser: accessible in light, dark and narrow, whole without scripts, better with them. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createRenderer } from '../../src/http/render.ts';
import { createTexts } from '../../src/http/texts.ts';
import { mailNames, viewNames } from '../../src/http/view-names.ts';
import type { ViewName, Views } from '../../src/http/views.ts';
import { expectAccessible } from '../support/browser/axe.ts';
import { launchChromium } from '../support/browser/chromium.ts';
import { describeInBrowser } from '../support/browser/describe-in-browser.ts';
import { sampleFrame, sampleMailFrame, sampleMails, sampleModels } from '../support/sample-models.ts';

const renderer = createRenderer({ texts: createTexts() });
const pages = new Map<string, string>();
for (const name of viewNames) {
  // The plainest and the fullest; all the others are checked as HTML.
  for (const [index, model] of sampleModels[name].entries()) {
    if (index === 0 || index === sampleModels[name].length - 1) addPage(name, `${index}`, model);
  }
}
for (const name of mailNames) {
  // The cast: as in pages.test.ts, a model stands under its own name.
  pages.set(`/mail/${name}`, renderer.renderMail(name, sampleMails[name][0] as never, sampleMailFrame()).html);
}
const weak = [{ field: 'password', text: { key: 'error.password-digit' } }] as const;
const html = renderer.render('pages/reset', sampleModels['pages/reset'][0] as Views['pages/reset'], {
  ...sampleFrame('pages/reset'),
  errors: weak,
});
pages.set('/pages/reset/error', html);

function addPage(name: ViewName, state: string, model: Views[ViewName]): void {
  pages.set(`/${name}/${state}`, renderer.render(name, model as never, sampleFrame(name)));
}

describeInBrowser('the pages in a browser', () => {
  let server: Server;
  let browser: Browser;
  let origin: string;
  const posts: string[] = [];
  let opened = false;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url ?? '';
      if (request.method === 'POST') {
        // Never answered: what a person does while waiting is what is looked at.
        posts.push(path);
        return;
      }
      const asset = Object.values(renderer.assets).find((candidate) => 'path' in candidate && candidate.path === path);
      if (asset && 'body' in asset) response.setHeader('content-type', asset.type).end(asset.body);
      else if (path.endsWith('/opened')) response.end(JSON.stringify({ opened }));
      else response.setHeader('content-type', 'text/html; charset=utf-8').end(pages.get(path) ?? '');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    // The cast: a listening TCP server has such an address.
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  async function withPage(options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options);
    // The one page that sends itself stays to be looked at.
    await context.route('https://client.example/**', (route) => route.fulfill({ status: 204 }));
    try {
      await use(await context.newPage());
    } finally {
      await context.close();
    }
  }

  const narrow = { width: 320, height: 640 };
  test.each<[string, BrowserContextOptions]>([
    ['light and wide', { viewport: { width: 1280, height: 800 } }],
    ['dark and 320 pixels', { viewport: narrow, colorScheme: 'dark' }],
  ])(
    'are accessible and never wider than the window: %s',
    async (_title, options) => {
      await withPage(options, async (page) => {
        for (const path of pages.keys()) {
          await page.goto(origin + path);
          // Mails look the same by night.
          if (options.colorScheme !== 'dark' || !path.startsWith('/mail/')) await expectAccessible(page);
          const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect([path, Number(overflow) <= 0]).toEqual([path, true]);
        }
      });
    },
    240_000,
  );

  test('without scripts nothing is offered that would not work', async () => {
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${origin}/steps/new-password/0`);
      expect(await page.getByRole('button').allInnerTexts()).toEqual([
        'Tallenna salasana',
        'Keskeytä ja palaa Oima-palveluun',
      ]);
    });
  });

  test('after an error the summary has the focus, and leads to the field', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${origin}/pages/reset/error`);
      expect(await page.evaluate('document.activeElement.className')).toBe('summary');
      await page.getByRole('link', { name: 'Lisää salasanaan vähintään yksi numero' }).click();
      expect(await page.evaluate('document.activeElement.id')).toBe('password');
    });
  });

  test('after a deed its outcome has the focus, so that it is read first', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${origin}/steps/not-authorised/1`);
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Sinua ei ole vielä valtuutettu.');
      await page.goto(`${origin}/pages/activate/0`);
      expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
    });
  });

  test('the password can be shown and hidden, and its rules are ticked while typing', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${origin}/steps/new-password/0`);
      const input = page.getByLabel('Uusi salasana');
      await input.fill('äiti ä1');
      expect(await page.locator('.rules .met').count()).toBe(3);
      await input.fill('Äiti ä12');
      expect(await page.locator('.rules .met').count()).toBe(5);
      await page.getByText('Salasanassa on kaikki, mitä siinä pitää olla').waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'Näytä salasana' }).click();
      expect(await input.getAttribute('type')).toBe('text');
      await page.getByRole('button', { name: 'Piilota salasana' }).click();
      expect(await input.getAttribute('type')).toBe('password');
    });
  });

  test('a double click sends once', async () => {
    await withPage({}, async (page) => {
      await page.goto(`${origin}/steps/sign-in/0`);
      await page.getByRole('button', { name: 'Jatka' }).dblclick({ noWaitAfter: true });
      await page.waitForTimeout(300);
      expect(posts).toEqual(['/interaction/abc/sign-in']);
    });
  });

  test('the tab that waits is told once that the link was opened', async () => {
    await withPage({}, async (page) => {
      await page.clock.install();
      await page.goto(`${origin}/steps/link-sent/0`);
      await page.clock.runFor(6000);
      expect(await page.getByText('Linkki on avattu.').count()).toBe(0);
      // A live region that is not rendered while it is empty is not read aloud when it is filled.
      const display = "getComputedStyle(document.querySelector('[data-poll]')).display";
      expect(await page.evaluate(display)).toBe('block');
      opened = true;
      await page.clock.runFor(6000);
      await page.getByText('Linkki on avattu.').waitFor();
    });
  });
});
