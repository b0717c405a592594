// The cookie, read and signed without the crate: base64(json).base64(seconds).base64(mac).

import { createHmac } from 'node:crypto';

const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

export function parse(value) {
  const [, payload, time, signature] = /^(.+)\.([^.]+)\.([^.]+)$/.exec(value);
  const seconds = Buffer.from(time, 'base64url').reduce((sum, byte) => sum * 256 + byte, 0);
  const json = Buffer.from(payload, 'base64url').toString('utf8');
  return { payload, time, signature, seconds, json };
}

export function signature(name, signed, secret) {
  const key = hmac(secret, `tower-cookie-session:${name}`);
  return hmac(key, signed).toString('base64url');
}

/** The same session, as if it had been issued that long ago. */
export function aged(name, value, secret, seconds) {
  const { payload, seconds: issued } = parse(value);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(issued - seconds);
  const signed = `${payload}.${bytes.toString('base64url')}`;
  return `${signed}.${signature(name, signed, secret)}`;
}

/** The same cookie with one character changed, at that place. */
export function changed(value, at) {
  const other = value[at] === 'A' ? 'B' : 'A';
  return value.slice(0, at) + other + value.slice(at + 1);
}
