// What all the steps share: the arguments, a folder to work in, and the store.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Store } from './store.mjs';

export const KEY = '7b1f0a94c6d25e38f1a70b6c9d4e2f5808c3b7a6e5d4f3928170615243bacdfe';
export const DAY = 24 * 60 * 60;
export const HOST = '__Host-session';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { screenshots: { type: 'string' } },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const binary = resolve(positionals[0] ?? here('../../../target/debug/toy-store'));
export const work = mkdtempSync(join(tmpdir(), 'toy-store-'));
export const screenshots = resolve(
  options.screenshots ?? mkdtempSync(join(tmpdir(), 'toy-store-pages-')),
);
export const store = new Store(binary, join(work, 'store.sqlite'));
