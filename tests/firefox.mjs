// Drives Firefox over WebDriver BiDi for tests/firefox.py: one JSON order a line comes in, one JSON
// answer a line goes out. Knows nothing of what is tested.

import { createInterface } from 'node:readline';

import puppeteer from 'puppeteer-core';

const [executablePath, preferences = '{}'] = process.argv.slice(2);

/** Long enough for a start, a page or a whole video on a machine that does much else. */
const PATIENCE_MS = 300_000;

const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath,
  extraPrefsFirefox: JSON.parse(preferences),
  timeout: PATIENCE_MS,
  protocolTimeout: PATIENCE_MS,
});

let page;
let sent = [];
let complaints = [];

const ORDERS = {
  async open({ url, before, width, height }) {
    if (page) await page.browserContext().close();
    page = await (await browser.createBrowserContext()).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    [sent, complaints] = [[], []];
    page.on('request', (request) => sent.push(request));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    if (width) await page.setViewport({ width, height });
    if (before) await page.evaluateOnNewDocument(before);
    await page.goto(url); // until it is loaded: its scripts are modules, and have run by then
  },
  /** Closes its page, and fails if the browser answers no more. */
  async rest() {
    if (page) await page.browserContext().close();
    page = undefined;
    await (await browser.createBrowserContext()).close();
  },
  evaluate: ({ code, argument }) => page.evaluate(`(${code})(${JSON.stringify(argument)})`),
  async choose({ selector, paths }) {
    await (await page.$(selector)).uploadFile(...paths);
  },
  click: ({ selector }) => page.click(selector),
  press: ({ key }) => page.keyboard.press(key),
  sent: () => Promise.all(sent.map(described)),
  complaints: () => complaints,
};

/** @param {import('puppeteer-core').HTTPRequest} request */
async function described(request) {
  const body = request.hasPostData() ? await request.fetchPostData().catch(() => null) : null;
  return { method: request.method(), url: request.url(), headers: request.headers(), body };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { order, ...details } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await ORDERS[order](details)) ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
