// The store as a process: started, stopped, and never left running.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

const READY = /^Open (http:\/\/localhost:(\d+))\n$/;

export class Store {
  constructor(binary, database) {
    this.binary = binary;
    this.database = database;
    this.port = 0;
  }

  /** Starts the store; a second start is on the same port. */
  async start({ key, insecure = false } = {}) {
    const args = ['--port', String(this.port), '--database', this.database];
    this.child = launch(this.binary, insecure ? [...args, '--insecure'] : args, key);
    const deadline = Date.now() + 15_000;
    while (!READY.test(this.child.out)) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the store did not start: ${this.child.out}${this.child.err}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    [, this.url, this.port] = READY.exec(this.child.out);
  }

  /** Stops the store, which must have run until now and have printed its one line. */
  async stop() {
    const { child } = this;
    if (child.exitCode !== null) throw new Error(`the store ended by itself: ${child.err}`);
    child.kill();
    await once(child, 'exit');
    if (!READY.test(child.out)) throw new Error(`more than one line on stdout: ${child.out}`);
    if (/panicked/.test(child.err)) throw new Error(`the store panicked: ${child.err}`);
  }

  /** Stops it however it is. */
  kill() {
    this.child?.kill('SIGKILL');
  }

  get warnings() {
    return this.child.err;
  }
}

/** Runs the store with arguments that it should refuse. */
export async function refusal(binary, args, key) {
  const child = launch(binary, args, key);
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  return { code, message: child.err };
}

function launch(binary, args, key) {
  const { SECRET_KEY: _, ...env } = process.env;
  const child = spawn(binary, args, {
    env: key === undefined ? env : { ...env, SECRET_KEY: key },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  child.out = '';
  child.err = '';
  child.stdout.on('data', (data) => (child.out += data));
  child.stderr.on('data', (data) => (child.err += data));
  child.on('error', (error) => (child.err += error));
  return child;
}
