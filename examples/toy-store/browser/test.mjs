// The toy store in a real browser: `node test.mjs [BINARY] [--screenshots FOLDER]`.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { PHONE, audit, audited, dress } from './audit.mjs';
import * as chromium from './browser.mjs';
import { DESKTOP, lands, openBrowser, press, reload, visit } from './browser.mjs';
import { aged, changed, parse, signature } from './cookie.mjs';
import { DAY, HOST, KEY, binary, screenshots, store, work } from './setup.mjs';
import { refusal } from './store.mjs';
import {
  add,
  at,
  button,
  cart,
  checkCookie,
  field,
  fieldError,
  flashes,
  goBack,
  heading,
  logIn,
  logOut,
  nav,
  nobody,
  register,
  replaceCookie,
  saysOnce,
  sessionCookie,
  size,
  somebody,
  stored,
  text,
  toy,
  toyIds,
  unlock,
  user,
} from './visitor.mjs';

const SLOWEST_STEP = 60_000;
const BROWSER_STALLED = 75; // what `run` answers by starting again, once

// ---- The steps, in the order in which they run

const steps = [];
const step = (name, run) => steps.push([name, run]);

let ada; // her browser, opened again and again with the same profile
let bob; // another browser
const reopenAda = async () => {
  await ada?.close();
  ada = await openBrowser(join(work, 'ada'));
  return ada.page;
};
const PASSWORD = 'correct horse';
const BOB = 'Bób <b>"O\'Hara"</b> & sons';

step('the command line is checked, and weak keys are refused', async () => {
  const unknown = await refusal(binary, ['--port', '0', '--colour'], KEY);
  assert.notEqual(unknown.code, 0);
  for (const argument of ['--colour', '--port', '--insecure', '--database']) {
    assert.ok(unknown.message.includes(argument), `${argument} in: ${unknown.message}`);
  }
  const weak = await refusal(binary, ['--port', '0', '--database', ':memory:'], 'short');
  assert.notEqual(weak.code, 0);
  assert.match(weak.message, /SECRET_KEY: the secret key has 5 bytes/);
});

step('the store starts, with a key of its owner without a warning', async () => {
  await store.start({ key: KEY });
  assert.doesNotMatch(store.warnings, /restart/);
});

step('the shop window: eight toys, and every field and button has a name of its own', async () => {
  const page = await reopenAda();
  await visit(page, at('/'));
  assert.equal(await heading(page), 'Toys');
  assert.deepEqual(await nav(page), nobody(0));
  const ids = await toyIds(page);
  assert.ok(ids.length >= 8, `${ids.length} toys`);
  const accessible = [];
  for (const id of ids) {
    const article = toy(page, id);
    const name = await article.locator('h2').innerText();
    const engraving = article.getByRole('textbox', { name: `Engraving for ${name} (optional)` });
    assert.equal(await engraving.getAttribute('maxlength'), '60');
    const snapshot = await article.getByRole('button').ariaSnapshot();
    assert.match(snapshot.toLowerCase(), new RegExp(`add ${name.toLowerCase()} to cart`));
    assert.equal(await article.locator('svg[aria-hidden="true"]').count(), 1);
    assert.match(await article.innerText(), /\d/, 'a price');
    accessible.push(snapshot);
  }
  assert.equal(new Set(accessible).size, ids.length);
  await audit(page, 'shop');
});

step('looking around makes no cookie, and the name tag says so', async () => {
  const { page } = ada;
  for (const path of ['/', '/cart', '/login', '/register', '/name-tag'])
    await visit(page, at(path));
  assert.equal(await heading(page), 'Your name tag');
  assert.equal(await page.locator('#none').count(), 1);
  assert.equal(await page.locator('#raw, #refused').count(), 0);
  await audit(page, 'name tag: none');
  await visit(page, at('/cart'));
  assert.match(await text(page, 'main'), /Your cart is empty\./);
  await audit(page, 'cart: empty');
  assert.deepEqual(await stored(ada), []);
});

step('the stylesheet is the store’s own, is cached, and knows no session', async () => {
  const { page } = ada;
  await visit(page, at('/'));
  const sheets = await page.locator('link[rel="stylesheet"]').all();
  assert.equal(sheets.length, 1);
  const url = new URL(await sheets[0].getAttribute('href'), store.url);
  const response = await ada.request.get(url.href);
  const headers = response.headers();
  assert.equal(response.status(), 200);
  assert.match(headers['content-type'], /^text\/css/);
  assert.ok(headers.etag ?? /max-age=\d{5,}/.test(headers['cache-control']), 'cached');
  assert.equal(headers['set-cookie'], undefined);
  assert.doesNotMatch(headers.vary ?? '', /cookie/i);
});

step('a page that is not there is a page all the same', async () => {
  const { page } = ada;
  await visit(page, at('/no-such-page'), 404);
  assert.deepEqual(await nav(page), nobody(0));
  await audit(page, 'not found');
  await visit(page, at('/'));
  await toy(page, (await toyIds(page))[0])
    .locator('input[name="toy"]')
    .evaluate((input) => (input.value = 'no-such-toy'));
  await press(page, page.locator('article.toy').first().getByRole('button'), 404);
  assert.deepEqual(await nav(page), nobody(0));
  assert.deepEqual(await stored(ada), []);
});

let first; // the ids of two toys
let second;
step('two things in the cart, and each message once', async () => {
  const { page } = ada;
  await visit(page, at('/'));
  [first, second] = await toyIds(page);
  const one = await add(page, first, 'For <b>Zoë</b> & "co"');
  assert.equal(new URL(page.url()).pathname, '/');
  assert.deepEqual(await nav(page), nobody(1));
  await audit(page, 'shop: flash');
  await saysOnce(page, 'success', `${one} is in your cart.`);
  const two = await add(page, second);
  assert.deepEqual(await nav(page), nobody(2));
  await saysOnce(page, 'success', `${two} is in your cart.`);
  const full = await cart(page);
  assert.deepEqual(full.names, [one, two]);
  assert.ok(full.text.includes('For <b>Zoë</b> & "co"'), 'the engraving as it was typed');
  await audit(page, 'cart: two toys');
});

step('the cart adds up, and its meter counts the bytes of the cookie', async () => {
  const { page } = ada;
  await visit(page, at('/'));
  const price = async (id) => cents(await toy(page, id).innerText());
  const sum = (await price(first)) + (await price(second));
  const { text: shown } = await cart(page);
  assert.match(shown, /total/i);
  const prices = [...shown.matchAll(/\d+[.,]\d\d/g)].map(([match]) => cents(match));
  assert.ok(prices.includes(sum), `${sum} cents in ${prices}`);
  const bytes = `${size(await sessionCookie(ada))} of 4096 bytes`;
  assert.ok(shown.includes(bytes), `${bytes} in: ${shown}`);
  assert.equal(await page.locator('progress, meter').count(), 1);
});
const cents = (shown) => Number(/(\d+)[.,](\d\d)/.exec(shown).slice(1).join(''));

step('a toy goes back on the shelf', async () => {
  const { page } = ada;
  await visit(page, at('/'));
  const three = await add(page, first, 'three');
  await visit(page, at('/cart'));
  await press(page, page.getByRole('button', { name: /^Remove / }).nth(2));
  assert.equal(new URL(page.url()).pathname, '/cart');
  await audit(page, 'cart: flash');
  await saysOnce(page, 'info', `${three} is back on the shelf.`);
  assert.deepEqual(await nav(page), nobody(2));
  assert.ok(!(await cart(page)).text.includes('three'));
});

step('the cookie of a browser session, as Chromium stored it', async () => {
  const cookie = await checkCookie(ada, {});
  assert.equal(cookie.value.split('.').length, 3);
  const parts = parse(cookie.value);
  assert.equal(signature(HOST, `${parts.payload}.${parts.time}`, KEY), parts.signature);
  assert.deepEqual(
    JSON.parse(parts.json).cart.map((entry) => entry.toy),
    [first, second],
  );
});

step('registering is refused with the reason at the field', async () => {
  const { page } = ada;
  await visit(page, at('/register'));
  await audit(page, 'register');
  await register(page, 'Ada', 'seven77', 422);
  await fieldError(page, 'Password', /8/);
  assert.equal(await field(page, 'Name').inputValue(), 'Ada', 'the name is kept');
  assert.equal(await field(page, 'Password').inputValue(), '', 'the password is not');
  await audit(page, 'register: error');
  await register(page, '', PASSWORD, 422);
  await fieldError(page, 'Name', /./);
  await register(page, 'x'.repeat(41), PASSWORD, 422);
  await fieldError(page, 'Name', /40/);
  assert.deepEqual(await nav(page), nobody(2));
});

step('registering logs in, says welcome once and keeps the cart', async () => {
  const { page } = ada;
  await register(page, 'Ada', PASSWORD);
  assert.equal(new URL(page.url()).pathname, '/');
  assert.deepEqual(await nav(page), somebody(2));
  await saysOnce(page, 'success', 'Welcome, Ada.');
  assert.equal((await cart(page)).names.length, 2);
  assert.equal(await user(page), 'Ada');
  await checkCookie(ada, {});
});

step('logging out empties the cart, says goodbye once and leaves no cookie', async () => {
  const { page } = ada;
  await visit(page, at('/account'));
  await logOut(page);
  assert.equal(new URL(page.url()).pathname, '/');
  assert.deepEqual(await nav(page), nobody(0));
  await saysOnce(page, 'info', 'Goodbye. Your cart is empty again.');
  assert.deepEqual(await stored(ada), []);
});

step('going back after that brings nothing back', async () => {
  const { page } = ada;
  await goBack(page);
  assert.match(new URL(page.url()).pathname, /^\/(account|login)$/);
  if ((await page.getByLabel('Old password').count()) > 0) {
    // A picture of the past: nothing in it may work.
    await page.getByLabel('Old password').fill(PASSWORD);
    await page.getByLabel('New password').fill('stolen password');
    await press(page, button(page, 'Change password'), [200, 303, 401, 403]);
    assert.deepEqual(await nav(page), nobody(0));
  }
  await visit(page, at('/account'));
  assert.equal(new URL(page.url()).pathname, '/login');
  assert.deepEqual(await nav(page), nobody(0));
  await saysOnce(page, 'info', 'Please log in first.');
  await goBack(page);
  await reload(page);
  assert.deepEqual(await nav(page), nobody(0));
  assert.equal((await cart(page)).names.length, 0);
});

step('a name is taken only once, and a wrong login does not tell which part is wrong', async () => {
  const { page } = ada;
  await register(page, 'Ada', 'another password', 422);
  await fieldError(page, 'Name', /taken/i);
  await visit(page, at('/login'));
  assert.match(await text(page, 'main'), /paper sticker[^]*laminated card/);
  await audit(page, 'login');
  const answers = [];
  for (const [name, password] of [
    ['Ada', 'wrong password'],
    ['Nobody', PASSWORD],
    ['Ada', 'another password'],
    ['Ada', 'stolen password'],
  ]) {
    await logIn(page, name, password, { status: 422 });
    answers.push(await text(page, 'p.error[role="alert"]'));
    assert.equal(await field(page, 'Name').inputValue(), name);
    assert.deepEqual(await nav(page), nobody(0));
  }
  assert.deepEqual([...new Set(answers)], ['Name or password is wrong.']);
  await audit(page, 'login: error');
  assert.deepEqual(await stored(ada), []);
});

step('a login without “remember me” keeps the cart, and is gone with the browser', async () => {
  let { page } = ada;
  await visit(page, at('/'));
  await add(page, first, 'before the login');
  await logIn(page, 'Ada', PASSWORD);
  assert.deepEqual(await nav(page), somebody(1));
  await saysOnce(page, 'success', 'Welcome back, Ada.');
  assert.ok((await cart(page)).text.includes('before the login'));
  await checkCookie(ada, {});
  await visit(page, at('/account'));
  assert.equal(await heading(page), 'Account');
  page = await reopenAda();
  assert.deepEqual(await stored(ada), []);
  await visit(page, at('/'));
  assert.deepEqual(await nav(page), nobody(0));
});

step(
  'a login with “remember me” lives for 30 days, and through a restart of the browser',
  async () => {
    let { page } = ada;
    await visit(page, at('/'));
    await add(page, first, 'remembered');
    await logIn(page, 'Ada', PASSWORD, { remember: true });
    assert.deepEqual(await nav(page), somebody(1));
    await saysOnce(page, 'success', 'Welcome back, Ada. This device will remember you.');
    const before = await checkCookie(ada, { days: 30 });
    page = await reopenAda();
    assert.equal((await checkCookie(ada, { days: 30 })).value, before.value);
    await visit(page, at('/'));
    assert.deepEqual(await nav(page), somebody(1));
    assert.deepEqual(await flashes(page), [], 'no message again');
    assert.ok((await cart(page)).text.includes('remembered'));
  },
);

step('a message that nobody has seen yet waits for the browser to be opened again', async () => {
  let { page } = ada;
  await visit(page, at('/'));
  const name = await toy(page, second).locator('h2').innerText();
  // The form is sent, and its answer's page is never looked at.
  const answer = await ada.request.post(at('/cart/add'), {
    form: { toy: second, engraving: 'unseen' },
    headers: { origin: store.url },
    maxRedirects: 0,
  });
  assert.equal(answer.status(), 303);
  page = await reopenAda();
  await visit(page, at('/'));
  await saysOnce(page, 'success', `${name} is in your cart.`);
  assert.deepEqual(await nav(page), somebody(2));
});

step('the name tag of a laminated card: every part of the cookie, as it is', async () => {
  const { page } = ada;
  await checkNameTag(ada, 'laminated card', 30 * DAY);
  await audit(page, 'name tag: laminated card');
});

step('the name tag of a paper sticker, in another browser', async () => {
  bob = await openBrowser(join(work, 'bob'));
  const { page } = bob;
  await register(page, BOB, PASSWORD);
  await saysOnce(page, 'success', `Welcome, ${BOB}.`);
  assert.equal(await user(page), BOB);
  await checkNameTag(bob, 'paper sticker', 30 * 60);
  await audit(page, 'name tag: paper sticker');
});

async function checkNameTag(context, kind, lifetime) {
  const { page } = context;
  await visit(page, at('/name-tag'));
  const cookie = await sessionCookie(context);
  const parts = parse(cookie.value);
  const shown = async (id) => (await page.locator(id).textContent()).replace(/\s/g, '');
  assert.equal(await shown('#raw'), `${HOST}=${cookie.value}`);
  assert.equal(await shown('#part-payload'), parts.payload);
  assert.equal(await shown('#part-time'), parts.time);
  assert.equal(await shown('#part-signature'), parts.signature);
  assert.deepEqual(JSON.parse(await text(page, '#json')), JSON.parse(parts.json));
  assert.match(await text(page, '#json'), /\n/, 'laid out in lines');
  assert.equal(await text(page, '#size'), `${size(cookie)} of 4096 bytes`);
  const time = async (id) =>
    Date.parse(await page.locator(`time${id}`).getAttribute('datetime')) / 1000;
  assert.equal(await time('#issued'), parts.seconds);
  assert.equal(await time('#ends'), parts.seconds + lifetime);
  assert.ok(Math.abs(parts.seconds - Date.now() / 1000) < 180, 'issued in this test');
  assert.match(await text(page, '#kind'), new RegExp(kind));
  assert.equal(await page.locator('#none, #refused').count(), 0);
}

step('the password is changed only with the old one', async () => {
  const { page } = ada;
  await visit(page, at('/account'));
  await audit(page, 'account');
  const change = async (old, now, status) => {
    await unlock(page);
    await field(page, 'Old password').fill(old);
    await field(page, 'New password').fill(now);
    await press(page, button(page, 'Change password'), status);
  };
  await change('wrong horse', 'battery staple', 422);
  await fieldError(page, 'Old password', /./);
  await audit(page, 'account: error');
  await change(PASSWORD, 'short', 422);
  await fieldError(page, 'New password', /8/);
  const before = await sessionCookie(ada);
  await change(PASSWORD, 'battery staple', 200);
  assert.equal(new URL(page.url()).pathname, '/account');
  await saysOnce(page, 'success', 'Your password is changed.');
  const after = await checkCookie(ada, { days: 30 });
  assert.notEqual(after.value, before.value);
  assert.deepEqual(await nav(page), somebody(2));
  await logOut(page);
  await logIn(page, 'Ada', PASSWORD, { status: 422 });
  await logIn(page, 'Ada', 'battery staple', { remember: true });
  assert.deepEqual(await nav(page), somebody(0));
});

step('two browsers with two users at once do not mix', async () => {
  for (const round of [1, 2, 3]) {
    await Promise.all(
      [
        [ada, 'ada'],
        [bob, 'bob'],
      ].map(async ([{ page }, name]) => {
        await visit(page, at('/'));
        await add(page, first, `${name}-${round}`);
      }),
    );
    for (const [context, name] of [
      [ada, 'Ada'],
      [bob, BOB],
    ]) {
      assert.equal((await flashes(context.page)).length, 1);
      assert.equal(await user(context.page), name);
    }
  }
  const [{ text: hers }, { text: his }] = [await cart(ada.page), await cart(bob.page)];
  for (const round of [1, 2, 3]) {
    assert.ok(hers.includes(`ada-${round}`) && his.includes(`bob-${round}`));
  }
  assert.ok(!hers.includes('bob-') && !his.includes('ada-'));
});

step('two tabs of one browser are one visitor, the last one who logged in', async () => {
  const { page } = bob;
  const tab = await bob.newPage();
  await visit(tab, at('/'));
  const before = await nav(tab);
  await visit(page, at('/'));
  await add(page, second, 'from the first tab');
  assert.equal((await flashes(page)).length, 1);
  await reload(tab);
  assert.deepEqual(await flashes(tab), [], 'the message was seen in the first tab');
  assert.notDeepEqual(await nav(tab), before);
  await logOut(tab);
  await register(tab, 'Carol', PASSWORD);
  await visit(tab, at('/'));
  await add(tab, first, 'carol-1');
  await reload(page);
  assert.deepEqual(await nav(page), somebody(1));
  assert.equal(await user(page), 'Carol');
  const { names, text: shown } = await cart(page);
  assert.equal(names.length, 1);
  assert.ok(shown.includes('carol-1') && !shown.includes('bob-'), 'nothing of Bob’s is left');
  await tab.close();
});

step('a full cart says so, and loses nothing', async () => {
  const { page } = bob;
  await logOut(page);
  const long = (n) => `${String(n).padStart(3, '0')} ${'engraved '.repeat(7)}`.slice(0, 60);
  const FULL = (name) =>
    `Your cart is full: ${name} did not fit, and everything else is still in it.`;
  let count = 0;
  // The first twenty without drawing the page each time.
  await visit(page, at('/'));
  for (; count < 20; count += 1) {
    const shown = await page.evaluate(
      async ([toy, engraving]) => {
        const body = new URLSearchParams({ toy, engraving });
        return (await fetch('/cart/add', { method: 'POST', body })).text();
      },
      [first, long(count)],
    );
    assert.ok(shown.includes(' is in your cart.'));
  }
  await reload(page);
  assert.deepEqual(await nav(page), nobody(20));
  /** Adds until the cart is full, and returns how often that worked. */
  const fill = async (id, engraving, most) => {
    for (let added = 0; added < most; added += 1) {
      const before = await sessionCookie(bob).catch(() => undefined);
      const name = await add(page, id, engraving(count), [200, 422]);
      const [[category, message] = []] = await flashes(page);
      if ((await nav(page))[1] === `Cart (${count + 1})`) {
        count += 1;
        assert.equal(new URL(page.url()).pathname, '/', 'loading the page again adds nothing');
        if (category) {
          assert.deepEqual([category, message], ['flash success', `${name} is in your cart.`]);
        } else {
          // The toy fitted, and the message about it did not.
          assert.ok(size(await sessionCookie(bob)) > 4096 - 150);
        }
        continue;
      }
      // The message is a flash, or on the page itself where not even a flash fits.
      if (category) assert.deepEqual([category, message], ['flash error', FULL(name)]);
      assert.ok((await text(page, 'main')).includes(FULL(name)), 'says that the cart is full');
      assert.deepEqual(await nav(page), nobody(count));
      await audit(page, category ? 'cart is full: flash' : 'cart is full: page');
      await visit(page, at('/'));
      assert.deepEqual(await flashes(page), []);
      const [was, is] = [before, await sessionCookie(bob)].map(({ value }) =>
        JSON.parse(parse(value).json),
      );
      assert.deepEqual(is.cart, was.cart);
      return added;
    }
    throw new Error('the cart never gets full');
  };
  assert.ok((await fill(first, long, 60)) >= 5);
  await fill(first, () => '', 60);
  const { names, text: shown } = await cart(page);
  assert.equal(names.length, count);
  await reload(page);
  assert.equal(await text(page, 'main'), shown, 'everything is still there');
  for (let n = 0; n < 20; n += 1) assert.ok(shown.includes(long(n).trim()), long(n));
  await audit(page, 'cart: full');
  assert.ok(size(await sessionCookie(bob)) <= 4096);
});

step('with a full cart one can still log in or is told why not, and take things out', async () => {
  const { page } = bob;
  const { names } = await cart(page);
  await logIn(page, 'Carol', PASSWORD, { status: [200, 409, 413, 422] });
  assert.notEqual((await text(page, 'main')).trim(), '');
  assert.equal((await cart(page)).names.length, names.length, 'nothing is lost');
  for (const left of [1, 2, 3].map((n) => names.length - n)) {
    await press(page, page.getByRole('button', { name: /^Remove / }).last());
    assert.deepEqual((await nav(page))[1], `Cart (${left})`);
    await visit(page, at('/cart'));
  }
  await logIn(page, 'Carol', PASSWORD);
  assert.deepEqual(await nav(page), somebody(names.length - 3));
  await logOut(page);
  assert.deepEqual(await nav(page), nobody(0));
});

step('a session that is used is renewed, and one that is not ends after 30 minutes', async () => {
  const { page } = bob;
  await logIn(page, 'Carol', PASSWORD);
  await reload(page);
  const old = (seconds) => replaceCookie(bob, (value) => aged(HOST, value, KEY, seconds));
  const fresh = await sessionCookie(bob);
  await old(10 * 60);
  await reload(page);
  assert.deepEqual(await nav(page), somebody(0));
  const renewed = parse((await checkCookie(bob, {})).value).seconds;
  assert.ok(renewed >= parse(fresh.value).seconds, 'issued anew');
  await old(31 * 60);
  await reload(page);
  assert.deepEqual(await nav(page), nobody(0));
  await visit(page, at('/name-tag'));
  assert.match(await text(page, '#refused'), /expired/i);
});

step('a changed cookie is refused, the shop works, and the name tag says why', async () => {
  const { page } = ada;
  await visit(page, at('/'));
  const [, inCart] = await nav(page);
  assert.deepEqual(await nav(page), ['Toys', inCart, 'Your name tag', 'Account', 'Log out']);
  assert.notEqual(inCart, 'Cart (0)');
  await replaceCookie(ada, (value) => changed(value, 12));
  await visit(page, at('/'));
  assert.deepEqual(await nav(page), nobody(0));
  assert.ok((await toyIds(page)).length >= 8);
  await visit(page, at('/cart'));
  await visit(page, at('/name-tag'));
  assert.match(await text(page, '#refused'), /sign(ed|ature)/i);
  await audit(page, 'name tag: refused');
  await press(page, button(page, 'Throw the bad cookie away'));
  const [[category]] = await flashes(page);
  assert.equal(category, 'flash info');
  await visit(page, at('/name-tag'));
  assert.deepEqual(await flashes(page), []);
  assert.equal(await page.locator('#none').count(), 1);
  assert.equal(await page.locator('#refused').count(), 0);
  assert.deepEqual(await stored(ada), []);
});

step(
  'a changed signature or time is refused too, and the next toy makes a new cookie',
  async () => {
    const { page } = ada;
    for (const part of ['signature', 'time']) {
      await logIn(page, 'Ada', 'battery staple', { remember: true });
      assert.deepEqual((await nav(page))[3], 'Account');
      await replaceCookie(ada, (value) => changed(value, value.indexOf(parse(value)[part])));
      await visit(page, at('/'));
      assert.deepEqual(await nav(page), nobody(0));
      await add(page, first, part);
      assert.deepEqual(await nav(page), nobody(1));
      await checkCookie(ada, {});
    }
  },
);

step('forms on other sites and other ports are refused, links are not', async () => {
  const { page } = ada;
  await logIn(page, 'Ada', 'battery staple', { remember: true });
  await reload(page);
  const before = await cart(page);
  const cookie = await sessionCookie(ada);
  const stranger = createServer((request, response) => {
    const found = request.url === '/';
    response.writeHead(found ? 200 : 204, { 'content-type': 'text/html' });
    response.end(
      found
        ? `<!doctype html><title>Free toys</title><form method="post" action="${at('/cart/add')}">
           <input name="toy" value="${first}"><input name="engraving" value="planted">
           <button>Win</button></form><a href="${at('/cart')}">The store</a>`
        : undefined,
    );
  });
  await new Promise((ready) => stranger.listen(0, '127.0.0.1', ready));
  try {
    const { port } = stranger.address();
    for (const host of ['127.0.0.1', 'localhost']) {
      await visit(page, `http://${host}:${port}/`);
      await press(page, button(page, 'Win'), 403);
      assert.equal((await sessionCookie(ada)).value, cookie.value, 'nothing was stored');
      assert.deepEqual((await cart(page)).names, before.names);
      await visit(page, `http://${host}:${port}/`);
      await press(page, page.getByRole('link', { name: 'The store' }));
      assert.equal((await nav(page))[3], 'Account', 'still logged in');
    }
  } finally {
    stranger.closeAllConnections();
    stranger.close();
  }
});

step('the server restarts with its key, and Ada is still logged in', async () => {
  const { page } = ada;
  await visit(page, at('/'));
  const before = await nav(page);
  assert.equal(before[3], 'Account');
  await store.stop();
  await store.start({ key: KEY });
  await reload(page);
  assert.deepEqual(await nav(page), before);
  assert.equal(await user(page), 'Ada');
});

step('the server restarts without a key, and everybody is logged out and told why', async () => {
  const { page } = ada;
  await store.stop();
  await store.start();
  assert.match(store.warnings, /restart/);
  assert.equal(
    store.warnings
      .trim()
      .split('\n')
      .filter((line) => /restart/.test(line)).length,
    1,
  );
  await visit(page, at('/'));
  assert.deepEqual(await nav(page), nobody(0));
  await visit(page, at('/name-tag'));
  assert.match(await text(page, '#refused'), /sign(ed|ature)/i);
  await logIn(page, 'Ada', 'battery staple');
  assert.deepEqual(await nav(page), somebody(0), 'the accounts are still there');
});

step('with the keyboard alone: the skip link first, focus to be seen, and a login', async () => {
  const { page } = bob;
  await store.stop();
  await store.start({ key: KEY });
  await bob.clearCookies();
  await visit(page, at('/'));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main');
  await seen(page, 'the skip link');
  // The jump within the page has no load event to wait for.
  await Promise.all([
    page.waitForURL((url) => url.hash === '#main'),
    page.keyboard.press('Enter'),
  ]);
  await tabTo(page, () => document.activeElement.matches('main *'), 1);
  await visit(page, at('/'));
  await tabTo(page, () => document.activeElement.textContent.trim() === 'Log in');
  await lands(page, 200, () => page.keyboard.press('Enter'));
  assert.equal(new URL(page.url()).pathname, '/login');
  await tabTo(page, () => document.activeElement.name === 'name');
  await page.keyboard.type('Carol');
  await tabTo(page, () => document.activeElement.name === 'password', 1);
  await page.keyboard.type(PASSWORD);
  await tabTo(page, () => document.activeElement.name === 'remember', 1);
  await page.keyboard.press('Space');
  await tabTo(page, () => document.activeElement.matches('main button'), 1);
  await lands(page, 200, () => page.keyboard.press('Enter'));
  await saysOnce(page, 'success', 'Welcome back, Carol. This device will remember you.');
  await tabTo(page, () => document.activeElement.textContent.trim() === 'Log out');
  await lands(page, 200, () => page.keyboard.press('Enter'));
  assert.deepEqual(await nav(page), nobody(0));
});

/** Presses Tab until it is there; every stop on the way can be seen. */
async function tabTo(page, there, most = 60) {
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press('Tab');
    await seen(page, `stop ${presses + 1}`);
    if (await page.evaluate(there)) return;
  }
  throw new Error(`not reached with ${most} presses of Tab: ${there}`);
}

/** The focused element is on the screen, and looks different from itself without the focus. */
async function seen(page, what) {
  const element = await page.evaluateHandle(() => document.activeElement);
  const box = await element.boundingBox();
  const { width, height } = DESKTOP;
  const around = box && {
    x: Math.max(0, box.x - 6),
    y: Math.max(0, box.y - 6),
    width: box.width + 12,
    height: box.height + 12,
  };
  assert.ok(
    box &&
      box.width > 1 &&
      box.height > 1 &&
      box.x >= 0 &&
      box.y >= 0 &&
      box.x < width &&
      box.y < height,
    `${what} is off the screen: ${JSON.stringify(box)}`,
  );
  const picture = () => page.screenshot({ clip: around, animations: 'disabled' });
  const focused = await picture();
  await element.evaluate((it) => it.blur());
  const blurred = await picture();
  await element.evaluate((it) => it.focus({ focusVisible: true, preventScroll: true }));
  assert.ok(
    !focused.equals(blurred),
    `${what}: the focus cannot be seen on ${await element.evaluate((it) => it.outerHTML.slice(0, 90))}`,
  );
}

step(
  'plain http from another name: the page tells that the browser dropped the cookie',
  async () => {
    const lan = await openBrowser(join(work, 'lan'), { hosts: ['lan.test'] });
    const { page } = lan;
    const far = `http://lan.test:${store.port}`;
    await visit(page, far);
    assert.equal(await page.locator('#cookie-lost').count(), 0, 'nothing is lost yet');
    await add(page, first, 'lost');
    assert.deepEqual(await nav(page), nobody(0));
    assert.deepEqual(await stored(lan), []);
    const notice = await text(page, 'div.notice#cookie-lost');
    for (const word of ['Secure', 'https', 'localhost', '--insecure'])
      assert.ok(notice.includes(word), `${word} in: ${notice}`);
    await audit(page, 'cookie lost');
    await logIn(page, 'Carol', PASSWORD, { from: far });
    assert.deepEqual(await nav(page), nobody(0));
    assert.equal(await page.locator('#cookie-lost').count(), 1);
    // The same browser, by the name that Chromium trusts.
    await visit(page, at('/?set=1'));
    await add(page, first);
    assert.deepEqual(await nav(page), nobody(1));
    assert.equal(await page.locator('#cookie-lost').count(), 0);
    await lan.close();
  },
);

step('with --insecure it works there', async () => {
  await store.stop();
  await store.start({ key: KEY, insecure: true });
  const lan = await openBrowser(join(work, 'insecure'), { hosts: ['lan.test'] });
  const { page } = lan;
  const far = `http://lan.test:${store.port}`;
  await visit(page, far);
  await add(page, first, 'over plain http');
  assert.deepEqual(await nav(page), nobody(1));
  assert.equal(await page.locator('#cookie-lost').count(), 0);
  await logIn(page, 'Carol', PASSWORD, { from: far });
  assert.deepEqual(await nav(page), somebody(1));
  assert.equal((await flashes(page)).length, 1);
  await checkCookie(lan, { name: 'session', secure: false, domain: 'lan.test' });
  assert.equal(await user(page, far), 'Carol');
  await lan.close();
  await store.stop();
  await store.start({ key: KEY });
});

step('screenshots', async () => {
  const { page } = ada;
  mkdirSync(screenshots, { recursive: true });
  const shoot = async (name, options = {}) => {
    const path = join(screenshots, `${name}.png`);
    await page.screenshot({ path, animations: 'disabled', ...options });
    assert.ok(statSync(path).size > 10_000, `${name}.png is empty`);
  };
  await ada.clearCookies();
  await logIn(page, 'Ada', 'battery staple', { remember: true });
  await add(page, first, 'For Zoë');
  await shoot('shop-light');
  await dress(page, 'dark', DESKTOP);
  await shoot('shop-dark');
  await dress(page, 'light', PHONE);
  await shoot('shop-phone');
  await dress(page, 'light', DESKTOP);
  await visit(page, at('/name-tag'));
  await shoot('name-tag', { fullPage: true });
});

step('nothing was logged, nothing failed, nobody else was asked', async () => {
  assert.ok(chromium.requests() > 300, `${chromium.requests()} requests were watched`);
  assert.ok(audited.pages.size >= 18, [...audited.pages].join(', '));
  await Promise.all([ada.close(), bob.close()]);
  await store.stop();
});

// ---- The runner

let current = 'nothing';

async function stop() {
  await chromium.closeAll();
  store.kill();
}

let failed = false;
async function fail(error) {
  // What fails while this ends the test is not the reason.
  if (failed) return new Promise(() => {});
  failed = true;
  console.log(`FAILED ${current}\n${error.stack}`);
  const problems = chromium.allProblems();
  if (problems.length > 0) console.log(`the browser met:\n  ${problems.join('\n  ')}`);
  const stalled = problems.length === 0 && (await chromium.stalled());
  if (stalled) console.log('the browser draws no frames any more');
  for (const [index, page] of chromium.openPages().entries()) {
    const path = join(work, `failed-${index + 1}.png`);
    const shot = await page.screenshot({ path, timeout: 5_000 }).catch((reason) => reason);
    console.log(
      shot instanceof Error ? `no screenshot: ${shot.message}` : `${page.url()}: ${path}`,
    );
  }
  await stop();
  process.exit(stalled ? BROWSER_STALLED : 1);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => fail(new Error(signal)));

const started = Date.now();
const since = (begin) => `${((Date.now() - begin) / 1000).toFixed(1)} s`;
try {
  for (const [name, run] of steps) {
    current = name;
    const begin = Date.now();
    const late = setTimeout(
      () => fail(new Error(`not done after ${SLOWEST_STEP / 1000} s`)),
      SLOWEST_STEP,
    );
    await run();
    clearTimeout(late);
    assert.deepEqual(chromium.allProblems(), []);
    console.log(`ok ${name} (${since(begin)})`);
  }
} catch (error) {
  await fail(error);
}
await stop();
rmSync(work, { recursive: true, force: true });
console.log(
  `${steps.length} steps, ${audited.pages.size} pages in ${audited.runs} guises, ` +
    `${chromium.requests()} requests, ${since(started)}; screenshots in ${screenshots}`,
);
process.exit(0);
