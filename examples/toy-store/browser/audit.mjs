// One page in every guise: light and dark, wide and narrow, looked at by axe and by rules of ours.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { DESKTOP } from './browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const PHONE = { width: 390, height: 844 };
const GUISES = [
  ['light', DESKTOP],
  ['dark', DESKTOP],
  ['light', PHONE],
  ['dark', PHONE],
];

export const audited = { pages: new Set(), runs: 0 };

/** Looks at the page as it stands, without loading it again. */
export async function audit(page, name) {
  await structure(page, name);
  const backgrounds = [];
  for (const [colorScheme, size] of GUISES) {
    await dress(page, colorScheme, size);
    backgrounds.push(await page.evaluate(brightness));
    await axe(page, `${name}, ${colorScheme}, ${size.width} px`);
    await fits(page, name, size.width);
  }
  const [light, dark] = backgrounds;
  assert.ok(light > 0.6 && dark < 0.2, `${name}: light is ${light} bright, and dark ${dark}`);
  await targets(page, name);
  await page.setViewportSize({ width: 320, height: 640 });
  await fits(page, name, 320);
  await stillness(page, name);
  await dress(page, 'light', DESKTOP);
  audited.pages.add(name);
}

export async function dress(page, colorScheme, size) {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(size);
  await page.evaluate(async () => {
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    await frame();
    await frame();
    await Promise.all(document.getAnimations().map((animation) => animation.finished));
  });
}

async function axe(page, where) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const { violations, passes, unsure } = await page.evaluate(async (tags) => {
    const result = await globalThis.axe.run(document, {
      runOnly: { type: 'tag', values: tags },
      resultTypes: ['violations', 'incomplete'],
    });
    const told = (node) => `${node.html} (${node.any[0]?.message ?? node.failureSummary})`;
    const brief = (rule) => `${rule.id}: ${rule.nodes.map(told).join(' ')}`;
    const contrast = result.incomplete.filter((rule) => rule.id.startsWith('color-contrast'));
    return {
      violations: result.violations.map(brief),
      passes: result.passes.map((rule) => rule.id),
      unsure: contrast.map(brief),
    };
  }, TAGS);
  assert.deepEqual(violations, [], where);
  assert.deepEqual(unsure, [], `${where}: contrast that cannot be told`);
  for (const rule of ['color-contrast', 'document-title', 'html-has-lang', 'bypass']) {
    assert.ok(passes.includes(rule), `${where}: axe did not look at ${rule}`);
  }
  audited.runs += 1;
}

/** What every page has. */
async function structure(page, name) {
  const found = await page.evaluate(() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    return {
      lang: document.documentElement.lang,
      titled: document.title.trim() !== '',
      h1: all('h1').length,
      main: all('main#main').length,
      nav: all('header nav[aria-label="Main"]').length,
      footer: all('footer').length,
      skip: document.querySelector('a')?.getAttribute('href'),
      viewport: all('meta[name="viewport"]').length,
      scripts: all('script').length,
      handlers: all('*').filter((e) => [...e.attributes].some((a) => /^on/i.test(a.name))).length,
      misplaced: all('.flash').filter((flash) => {
        const heading = document.querySelector('main h1');
        const before = flash.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING;
        return !(flash.matches('main > p[role="status"]') && before);
      }).length,
    };
  });
  assert.deepEqual(
    found,
    {
      lang: 'en',
      titled: true,
      h1: 1,
      main: 1,
      nav: 1,
      footer: 1,
      skip: '#main',
      viewport: 1,
      scripts: 0,
      handlers: 0,
      misplaced: 0,
    },
    name,
  );
}

function brightness() {
  const [r, g, b] = [document.body, document.documentElement]
    .map((element) => getComputedStyle(element).backgroundColor)
    .map((color) => {
      const dot = document.createElement('canvas').getContext('2d');
      dot.fillStyle = color;
      dot.fillRect(0, 0, 1, 1);
      return dot.getImageData(0, 0, 1, 1).data;
    })
    .find((pixel) => pixel[3] > 0) ?? [255, 255, 255];
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

async function fits(page, name, width) {
  const needed = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(needed <= width, `${name} is ${needed} px wide on ${width}`);
}

/** What a finger should hit is at least 44 px; links in running text are let off. */
async function targets(page, name) {
  const small = await page.evaluate(() => {
    const selector = 'button, input:not([type=hidden]), nav a, summary, a.button';
    return [...document.querySelectorAll(selector)].flatMap((element) => {
      const boxes = [element, ...(element.type === 'checkbox' ? element.labels : [])].map((part) =>
        part.getBoundingClientRect(),
      );
      const [width, height] = ['width', 'height'].map((side) =>
        Math.max(...boxes.map((box) => box[side])),
      );
      const fine = width >= 43.5 && height >= 43.5;
      return fine ? [] : [`${element.outerHTML.slice(0, 90)} ${width} x ${height}`];
    });
  });
  assert.deepEqual(small, [], `${name}: too small for a finger`);
}

/** Who asked for less motion gets none. */
async function stillness(page, name) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((element) => {
      const style = getComputedStyle(element);
      const longest = (list) => Math.max(...list.split(',').map(parseFloat));
      const moves =
        longest(style.transitionDuration) > 0.01 ||
        (style.animationName !== 'none' && longest(style.animationDuration) > 0.01) ||
        style.scrollBehavior === 'smooth';
      return moves ? [element.outerHTML.slice(0, 90)] : [];
    }),
  );
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  assert.deepEqual(moving, [], `${name}: moves`);
}
