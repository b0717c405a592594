// Express: the middleware cookie-session, on Node's own request and response.
'use strict'
const assert = require('node:assert')
const fs = require('node:fs')
const http = require('node:http')
const readline = require('node:readline')
const cookieSession = require('cookie-session')

const version = name => require(`${name}/package.json`).version
const middleware = cookieSession({ keys: ['a key for benches: 0123456789 abcdef'] })

// Headers are set and not written: the other rows do not write them either.
class Response extends http.ServerResponse {
  writeHead () { return this }
}

function request (cookies) {
  const req = new http.IncomingMessage({})
  req.headers = { cookie: cookies }
  return req
}

function bare (cookies) {
  return new Response(request(cookies)).writeHead(200)
}

// A request whose handler is `job`: what that gave, and the response.
function answer (cookies, job) {
  const req = request(cookies)
  const res = new Response(req)
  let seen
  middleware(req, res, () => { seen = job(req.session) })
  res.writeHead(200)
  return [seen, res]
}

const readName = session => session.name
const writeNumber = session => { session.n = 42 }
const all = session => ({ ...session })

const amongOthers = cookie => `theme=dark; _ga=GA1.1.1234567890.1700000000; ${cookie}; lang=en-GB`
// The session's cookie and that of its signature.
const newCookies = res => res.getHeader('set-cookie').map(line => line.split(';')[0])

// With another letter in the middle.
function forged (cookie) {
  const at = cookie.indexOf('=') + (cookie.length >> 1)
  return cookie.slice(0, at) + (cookie[at] === 'x' ? 'y' : 'x') + cookie.slice(at + 1)
}

const cases = {}
const samples = fs.readFileSync(process.argv[2], 'utf8').trim().split('\n')
for (const [i, size] of ['small', 'typical', 'large'].entries()) {
  const session = JSON.parse(samples[i])
  const fill = stored => { Object.assign(stored, session) }
  const [cookie, mac] = newCookies(answer(amongOthers('a=b'), fill)[1])
  const good = amongOthers(`${cookie}; ${mac}`)
  const bad = amongOthers(`${forged(cookie)}; ${mac}`)
  const read = cases[`read ${size}`] = () => answer(good, readName)
  const write = cases[`write ${size}`] = () => answer(good, writeNumber)
  const miss = cases[`forged ${size}`] = () => answer(bad, readName)

  assert.deepStrictEqual(answer(good, all)[0], session)
  const [name, res] = read()
  assert.deepStrictEqual([name, res.getHeader('set-cookie')], ['ada lovelace', undefined])
  const written = amongOthers(newCookies(write()[1]).join('; '))
  assert.deepStrictEqual(answer(written, all)[0], { ...session, n: 42 })
  assert.strictEqual(miss()[0], undefined)
  assert.deepStrictEqual(answer(bad, all)[0], {})
}
const other = amongOthers('session=')
cases.bare = () => bare(other)

function nanoseconds (run, milliseconds) {
  const start = process.hrtime.bigint()
  let count = 0
  let elapsed = 0
  while (elapsed < milliseconds * 1e6) {
    for (let i = 0; i < 20; i++) run()
    count += 20
    elapsed = Number(process.hrtime.bigint() - start)
  }
  return elapsed / count
}

const beside = ['cookies', 'keygrip'].map(name => `${name} ${version(name)}`)
console.log(JSON.stringify({
  name: `Express' cookie-session ${version('cookie-session')}`,
  with: [`Node ${process.versions.node}`, ...beside].join(', ')
}))
readline.createInterface({ input: process.stdin }).on('line', line => {
  const times = {}
  for (const name in cases) times[name] = nanoseconds(cases[name], Number(line))
  console.log(JSON.stringify(times))
})
