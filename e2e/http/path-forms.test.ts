import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ADMIN, asDocument, cookieHeader, signInAtAuthServer } from '../support/client.ts'
import { rawRequest } from '../support/raw-request.ts'
import { stackForFile } from '../support/stack-for-file.ts'

// RFC 9110 4.2.3 and CWE-436: whoever reads a path differently from what renders the page goes round its rule.

const BUILD = readFileSync('.next/BUILD_ID', 'utf8').trim()
/** Text of the page for administrators, in HTML and in the router's data, and nowhere else. */
const ON_THE_PAGE = 'Checked twice'

const stack = await stackForFile()
const person = cookieHeader(await signInAtAuthServer(stack))
const administrator = cookieHeader(await signInAtAuthServer(stack, ADMIN))

const FORMS = [
  '/admin',
  '/admin/',
  '/admin//',
  '//admin',
  '///admin',
  '/./admin',
  '/admin/.',
  '/admin/./',
  '/x/../admin',
  '/x/%2e%2e/admin',
  '/x/..%2fadmin',
  '/x/..%5cadmin',
  '/%2e/admin',
  '/.%2fadmin',
  '/%61dmin',
  '/%41dmin',
  '/%2561dmin',
  '/%2fadmin',
  '/%252fadmin',
  '/%5cadmin',
  '/\\admin',
  '/admin%2f',
  '/admin%5c',
  '/admin%00',
  '/admin%20',
  '/admin%0a',
  '/admin%09',
  '/admin;x=1',
  '/admin?',
  '/admin?x=/login',
  '/admin#/login',
  '/ADMIN',
  '/Admin',
  '/en/admin',
  '/de-DE/admin',
  '/index/admin',
  '/admin/index',
  '/admin.html',
  '/admin.json',
  '/admin.txt',
  '/admin.rsc',
  '/admin.RSC',
  '/admin.rsc.rsc',
  '/admin.prefetch.rsc',
  '/admin/.rsc',
  '/admin.segments/_tree.segment.rsc',
  '/admin.segments/_full.segment.rsc',
  '/admin.segments/admin/__PAGE__.segment.rsc',
  '/admin.segments/_index.segment.rsc',
  '/login/../admin',
  '/login/%2e%2e/admin',
  '/login/..;/admin',
  '/login.segments/../../admin',
  '/icon.svg/../admin',
  '/icon.svg/%2e%2e/admin',
  `/_next/data/${BUILD}/admin.json`,
  `/_next/data/${BUILD}/admin.rsc`,
  '/_next/data/x/admin.json',
  `/_next/data/${BUILD}/../admin.json`,
  '/_next/static/../../admin',
  '/_next/static/../admin',
  '/_next/static/%2e%2e/%2e%2e/admin',
  '/_next/static/..%2f..%2fadmin',
  '/_next/static/..%5c..%5cadmin',
  '/_next/static/..\\..\\admin',
  '/_next/static//admin',
  '/_next/static/chunks/../../../admin',
  '/_next/image/../../admin',
  '/_next/image/%2e%2e/%2e%2e/admin',
  '/_next/image/..;/..;/admin',
  '/_next/../admin',
  '/_next/./../admin',
  '/api/../admin',
  '/api/logout/../../admin',
  'http://localhost/admin',
  'http://evil.example/admin',
]

const KINDS: [string, Record<string, string>][] = [
  ['a document', asDocument],
  ['the router’s data', { rsc: '1' }],
  ['a prefetch', { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' }],
  ['Next’s old data requests', { 'x-nextjs-data': '1' }],
]

test('the page that these tests look for is there, for those who may see it', async () => {
  for (const headers of [asDocument, { rsc: '1' }]) {
    const response = await rawRequest(stack.app.url, '/admin', { ...headers, cookie: administrator })
    const followed =
      response.status === 307
        ? await rawRequest(stack.app.url, String(response.headers.location), {
            ...headers,
            cookie: administrator,
          })
        : response
    expect(followed.body).toContain(ON_THE_PAGE)
  }
})

describe('ASVS 8.2.1: every way of writing a path meets the rule of the page it renders', () => {
  test.each(FORMS)('%s', async (path) => {
    for (const [kind, headers] of KINDS) {
      for (const cookie of ['', person]) {
        const response = await rawRequest(stack.app.url, path, { ...headers, ...(cookie && { cookie }) })
        const told = JSON.stringify([kind, cookie && 'signed in', path, response.status])
        expect(response.body.includes(ON_THE_PAGE), told).toBe(false)
        // Next answers these before the gateway is asked: a redirect to the plain form of the path, or that nothing is there.
        const isBefore = response.status === 308 || response.status === 404
        expect(isBefore || response.headers['x-session'] !== undefined, told).toBe(true)
        expect(response.status, told).not.toBe(200)
      }
    }
  })
})

describe('ASVS 4.1.3: no header of a request chooses another path, or passes for Next’s own', () => {
  test.each([
    { 'x-middleware-subrequest': 'middleware' },
    { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
    {
      'x-middleware-subrequest': 'src/middleware:src/middleware:src/middleware:src/middleware:src/middleware',
    },
    { 'x-middleware-subrequest-id': '1' },
    { 'x-middleware-invoke': '1' },
    { 'x-middleware-rewrite': '/admin' },
    { 'x-middleware-next': '1' },
    { 'x-middleware-skip': '1' },
    { 'x-middleware-override-headers': 'cookie', 'x-middleware-request-cookie': 'a=b' },
    { 'x-middleware-set-cookie': 'accessToken=x' },
    { 'x-middleware-prefetch': '1' },
    { 'x-invoke-path': '/admin' },
    { 'x-invoke-output': '/admin' },
    { 'x-invoke-status': '200' },
    { 'x-matched-path': '/admin' },
    { 'x-nextjs-rewrite': '/admin' },
    { 'x-nextjs-matched-path': '/admin' },
    { 'x-now-route-matches': '1=admin' },
    { 'x-original-url': '/admin' },
    { 'x-rewrite-url': '/admin' },
    { 'x-forwarded-prefix': '/admin' },
    { 'x-forwarded-path': '/admin' },
    { 'next-url': '/admin' },
    { 'next-resume': '1' },
    { 'x-prerender-revalidate': '1' },
    { 'x-vercel-id': '1', 'x-vercel-forwarded-for': '127.0.0.1' },
    { 'x-http-method-override': 'HEAD' },
    { 'x-session': 'active' },
    { 'x-session-return-to': '//evil.example' },
  ] as Record<string, string>[])('%j', async (lie) => {
    for (const path of ['/admin', '/login', '/icon.svg']) {
      for (const kind of [asDocument, { rsc: '1' }]) {
        const response = await rawRequest(stack.app.url, path, { ...kind, ...lie, cookie: person })
        expect(response.body).not.toContain(ON_THE_PAGE)
        expect(response.headers.location ?? '/').toMatch(/^\/(?!\/)/)
      }
    }
  })
})
