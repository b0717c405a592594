// What a visitor sees, does, and has in the browser.

import assert from 'node:assert/strict';
import { press, reload, visit } from './browser.mjs';
import { DAY, HOST, store } from './setup.mjs';

// ---- What a page shows

export const at = (path) => store.url + path;
export const field = (page, label) => page.getByLabel(label, { exact: true });
export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const heading = (page) => page.locator('h1').innerText();
export const text = (page, selector) => page.locator(selector).innerText();

/** The navigation as its links and buttons, such as `Cart (2)`. */
export async function nav(page) {
  const parts = await page.locator('header nav[aria-label="Main"]').locator('a, button').all();
  return Promise.all(parts.map((part) => part.innerText()));
}

export const nobody = (n) => ['Toys', `Cart (${n})`, 'Your name tag', 'Log in', 'Register'];
export const somebody = (n) => ['Toys', `Cart (${n})`, 'Your name tag', 'Account', 'Log out'];

export async function flashes(page) {
  const found = await page.locator('.flash').all();
  return Promise.all(
    found.map(async (flash) => [await flash.getAttribute('class'), await flash.innerText()]),
  );
}

/** The page shows this message and no other, and shows none when it is loaded again. */
export async function saysOnce(page, category, message) {
  assert.deepEqual(await flashes(page), [[`flash ${category}`, message]]);
  await reload(page);
  assert.deepEqual(await flashes(page), []);
  assert.equal(await page.locator('#cookie-lost').count(), 0, 'no cookie was lost');
}

/** The form's field is marked with this error, and a screen reader is told. */
export async function fieldError(page, label, pattern) {
  const error = page.locator('p.error[role="alert"]');
  assert.equal(await error.count(), 1);
  assert.match(await error.innerText(), pattern);
  const described = (await field(page, label).getAttribute('aria-describedby')) ?? '';
  assert.ok(
    described.split(' ').includes(await error.getAttribute('id')),
    `${label}: ${described}`,
  );
}

/** The browser's button; without a load event, where the page comes back as it was left. */
export async function goBack(page) {
  await Promise.all([page.waitForEvent('framenavigated'), page.evaluate(() => history.back())]);
  await page.waitForFunction(() => document.readyState === 'complete');
}

/** Lets the form send what the browser would hold back, so that the server has to judge. */
export const unlock = (page) =>
  page.evaluate(() => {
    for (const form of document.forms) form.noValidate = true;
    for (const input of document.querySelectorAll('input')) input.removeAttribute('maxlength');
  });

// ---- What a visitor does

export const toy = (page, id) =>
  page.locator('article.toy').filter({ has: page.locator(`input[name="toy"][value="${id}"]`) });

export async function toyIds(page) {
  const inputs = await page.locator('article.toy input[name="toy"]').all();
  return Promise.all(inputs.map((input) => input.inputValue()));
}

/** Puts a toy into the cart from the shop window, and gives its name. */
export async function add(page, id, engraving = '', status = 200) {
  const article = toy(page, id);
  const name = await article.locator('h2').innerText();
  await article.getByRole('textbox').fill(engraving);
  await press(page, article.getByRole('button'), status);
  return name;
}

export async function register(page, name, password, status = 200) {
  await visit(page, at('/register'));
  await unlock(page);
  await field(page, 'Name').fill(name);
  await field(page, 'Password').fill(password);
  await press(page, button(page.locator('main'), 'Register'), status);
}

export const REMEMBER = 'Remember me on this device';

export async function logIn(
  page,
  name,
  password,
  { remember = false, status = 200, from = store.url } = {},
) {
  await visit(page, `${from}/login`);
  await field(page, 'Name').fill(name);
  await field(page, 'Password').fill(password);
  if (remember) await page.getByLabel(REMEMBER).check();
  await press(page, button(page.locator('main'), 'Log in'), status);
}

export const logOut = (page) => press(page, button(page.locator('header'), 'Log out'));

/** The engravings in the cart, and the toys by the names of their buttons. */
export async function cart(page, from = store.url) {
  await visit(page, `${from}/cart`);
  const buttons = await page.getByRole('button', { name: /^Remove / }).all();
  const names = await Promise.all(buttons.map((each) => each.textContent()));
  return {
    names: names.map((name) => name.trim().replace(/^Remove\s+/, '')),
    text: await text(page, 'main'),
  };
}

/** Whose session it is, by the name tag. */
export async function user(page, from = store.url) {
  await visit(page, `${from}/name-tag`);
  if ((await page.locator('#json').count()) === 0) return undefined;
  return JSON.parse(await text(page, '#json')).user;
}

// ---- What the browser keeps

/** All cookies, as Chromium stored them. */
export async function stored(context) {
  const client = await context.newCDPSession(context.page);
  const { cookies } = await client.send('Network.getAllCookies');
  await client.detach();
  return cookies;
}

export async function sessionCookie(context) {
  const cookies = await stored(context);
  assert.deepEqual(
    cookies.map((cookie) => cookie.name),
    [HOST],
  );
  return cookies[0];
}

/** The one cookie, with every attribute as it should be. */
export async function checkCookie(
  context,
  { days, name = HOST, secure = true, domain = 'localhost' },
) {
  const cookies = await stored(context);
  assert.equal(cookies.length, 1);
  const [cookie] = cookies;
  const { httpOnly, sameSite, path, session } = cookie;
  assert.deepEqual(
    {
      name: cookie.name,
      secure: cookie.secure,
      httpOnly,
      sameSite,
      path,
      session,
      domain: cookie.domain,
    },
    // A domain without a dot before it: for this host only, as without the attribute.
    { name, secure, httpOnly: true, sameSite: 'Lax', path: '/', session: !days, domain },
  );
  if (days) {
    const left = cookie.expires - Date.now() / 1000;
    assert.ok(Math.abs(left - days * DAY) < 120, `ends in ${left / DAY} days`);
  } else {
    assert.equal(cookie.expires, -1);
  }
  return cookie;
}

/** What a browser counts, in bytes. */
export const size = ({ name, value }) => name.length + value.length;

/** Puts another value into the browser's cookie. */
export async function replaceCookie(context, change) {
  const [cookie] = await context.cookies();
  await context.addCookies([{ ...cookie, value: change(cookie.value) }]);
  assert.equal((await sessionCookie(context)).value, change(cookie.value));
}
