// Chromium, watched: whatever it logs, fails to load or asks of a stranger fails the test.

import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright-core';

export const DESKTOP = { width: 1280, height: 800 };

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const open = new Set();
const watches = [];

/** A browser with this profile; `hosts` maps other names to this machine. */
export async function openBrowser(profile, { hosts = [] } = {}) {
  const local = ['localhost', '127.0.0.1', '::1'];
  const rules = [
    ...hosts.map((host) => `MAP ${host} 127.0.0.1`),
    'MAP * ~NOTFOUND',
    ...local.map((host) => `EXCLUDE ${host}`),
  ];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    viewport: DESKTOP,
    locale: 'en-US',
    args: [...ARGS, `--host-resolver-rules=${rules.join(', ')}`],
    // As in a visitor's browser: going back shows a page as it was left.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  context.setDefaultTimeout(8_000);
  open.add(context);
  context.on('close', () => open.delete(context));
  context.watch = watch(context, new Set([...local, ...hosts]));
  [context.page] = context.pages();
  return context;
}

export function openPages() {
  return [...open].flatMap((context) => context.pages());
}

const frame = () => new Promise((drawn) => requestAnimationFrame(() => drawn(true)));

/** Whether a browser draws no page any more, which is a fault of its own. */
export async function stalled() {
  const draws = [...open].map((context) => {
    const frames = context.pages().map((page) => page.evaluate(frame));
    return Promise.any([...frames, setTimeout(5_000, false)]);
  });
  return (await Promise.all(draws)).includes(false);
}

export async function closeAll() {
  const closed = [...open].map((context) => context.close());
  await Promise.race([Promise.allSettled(closed), setTimeout(5_000)]);
}

/** Collects what should not happen; a status of 400 and above only where it was announced. */
function watch(context, hosts) {
  const seen = { problems: [], failures: [], requests: 0 };
  const problem = (text) => seen.problems.push(text);
  context.on('request', (request) => {
    seen.requests += 1;
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'data:' && !hosts.has(hostname)) problem(`external: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    problem(`failed: ${request.url()} ${request.failure()?.errorText}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) seen.failures.push(`${response.status()} ${response.url()}`);
  });
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const [, status] = /^Failed to load resource: .* status of (\d+)/.exec(message.text()) ?? [];
    const { url } = message.location();
    if (status && !url.endsWith('/favicon.ico')) return; // counted by its response
    problem(`console: ${message.text()} ${url}`);
  });
  context.on('weberror', (error) => problem(`script: ${error.error()}`));
  context.on('dialog', (dialog) => {
    problem(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  /** One answer with this status was meant. */
  seen.announce = (status, url) => {
    const at = seen.failures.indexOf(`${status} ${url}`);
    if (at < 0) throw new Error(`${url} did not answer ${status}`);
    seen.failures.splice(at, 1);
  };
  watches.push(seen);
  return seen;
}

/** What no browser should have met until now, closed ones included. */
export function allProblems() {
  return watches.flatMap((seen) => [...seen.problems, ...seen.failures]);
}

export function requests() {
  return watches.reduce((sum, seen) => sum + seen.requests, 0);
}

/** Opens an address; the answer must have that status. */
export function visit(page, url, status = 200) {
  return lands(page, status, () => page.goto(url));
}

/** Sends a form by its button; the page behind any redirect must have that status. */
export function press(page, button, status = 200) {
  return lands(page, status, () => button.click());
}

export function reload(page, status = 200) {
  return lands(page, status, () => page.reload());
}

/** Does something that leads to a page, waits for it, and expects that status or one of them. */
export async function lands(page, status, act) {
  const isPage = (response) =>
    response.request().isNavigationRequest() &&
    response.frame() === page.mainFrame() &&
    (response.status() < 300 || response.status() >= 400);
  const [response] = await Promise.all([
    page.waitForResponse(isPage),
    page.waitForEvent('load'),
    act(),
  ]);
  const got = response.status();
  if (![status].flat().includes(got)) {
    throw new Error(`${response.url()} answered ${got} instead of ${status}`);
  }
  if (got >= 400) page.context().watch.announce(got, response.url());
  return response;
}
