// The real Express with cookie-session: node express_app.js SECRET. NODE_PATH names its node_modules.
'use strict'
const express = require('express')
const cookieSession = require('cookie-session')

// The first signs, all verify; the middleware reads the list at each request.
const keys = [process.argv[2]]

const app = express()
app.use(cookieSession({ keys }))
app.use(express.text({ type: 'application/json', limit: '1mb' }))

const answer = (response, value = null) => response.type('json').send(JSON.stringify(value))
const handle = (method, path, handler) =>
  app[method](path, (request, response) => {
    const body = request.body ? JSON.parse(request.body) : undefined
    answer(response, handler(request, body))
  })

handle('get', '/session', (request) => request.session)
handle('put', '/session', (request, body) => {
  for (const key of Object.keys(request.session)) delete request.session[key]
  Object.assign(request.session, body)
})
handle('post', '/set', (request, { key, value }) => { request.session[key] = value })
handle('post', '/pop', (request, key) => { delete request.session[key] })
handle('post', '/login', (request, name) => { request.session.user = name })
handle('get', '/whoami', (request) => request.session.user)
handle('post', '/logout', (request) => { request.session = null })
handle('post', '/keys', (request, body) => { keys.splice(0, keys.length, ...body) })

process.stdin.resume().on('end', () => process.exit())
const server = app.listen(0, '127.0.0.1', () => {
  const version = (name) => `${name} ${require(`${name}/package.json`).version}`
  console.log(`${version('express')}, ${version('cookie-session')}\t127.0.0.1:${server.address().port}`)
})
