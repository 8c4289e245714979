import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tokens } from '../support/client.ts'
import { ADMIN, aged, asDocument, cookieHeader, signInAtAuthServer } from '../support/client.ts'
import type { Running } from '../support/processes.ts'
import { findOnPath, startSharedCache } from '../support/shared-cache.ts'
import type { Stack } from '../support/stack.ts'
import { startStack } from '../support/stack.ts'

// A cache in front of the app that keeps all it may, and serves it to everybody. In CI a missing one is a failure.
const canRun = findOnPath('nginx') !== undefined || Boolean(process.env.CI)

const NAME = 'Zaphira Quillfeather'
const ACCOUNT = { email: 'zaphira@example.com', password: 'a-password-of-her-own', name: NAME }

describe.skipIf(!canRun)(
  'ASVS 14.2.2, next.js #96266, supabase/ssr #176: behind a cache that all visitors share',
  () => {
    let stack: Stack
    let cache: Running
    let her: Tokens
    let his: Tokens
    beforeAll(async () => {
      stack = await startStack()
      cache = await startSharedCache(stack.app.url)
      const registered = await fetch(`${stack.auth.url}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(ACCOUNT),
      })
      her = (await registered.json()) as Tokens
      his = await signInAtAuthServer(stack, ADMIN)
    })
    afterAll(async () => {
      await cache?.stop()
      await stack?.stop()
    })

    async function visit(path: string, headers: Record<string, string>, cookie = '') {
      const response = await fetch(cache.url + path, {
        headers: { ...headers, ...(cookie && { cookie }) },
        redirect: 'manual',
      })
      return {
        cached: response.headers.get('x-cache'),
        session: response.headers.get('x-session'),
        cookies: response.headers.getSetCookie(),
        body: await response.text(),
      }
    }

    test('the cache does its work: what belongs to nobody is kept, and served again', async () => {
      const file = /\/_next\/static\/[^"]+\.js/.exec((await visit('/', asDocument)).body)?.[0] ?? ''
      const answers = [await visit(file, {}), await visit(file, {})]
      expect(answers.map(({ cached }) => cached)).toEqual(['MISS', 'HIT'])
    })

    const PATHS = [
      '/',
      '/login',
      '/register',
      '/dashboard',
      '/sessions',
      // Without a search the administrator is shown everybody, her too.
      '/admin?email=no-such-person',
      '/me',
      '/no-such-page',
      '/api/session',
      '/api/backend/me',
      '/icon.svg',
    ]
    const KINDS: [string, Record<string, string>][] = [
      ['a document', asDocument],
      ['the router’s data', { rsc: '1' }],
    ]

    describe.each(KINDS)('%s', (_kind, headers) => {
      test.each(PATHS)(
        '%s: what one visitor was answered reaches no other, and no cookie does',
        async (path) => {
          const address = `${path}${path.includes('?') ? '&' : '?'}at=${Math.random()}`
          const renewing = cookieHeader(await aged(stack, her))
          const hers = [
            await visit(address, headers, renewing),
            await visit(address, headers, cookieHeader(her)),
          ]
          const others = [await visit(address, headers, cookieHeader(his)), await visit(address, headers)]
          for (const answer of [...hers, ...others].filter(({ session }) => session !== 'anonymous'))
            expect(answer.cookies.length > 0 && answer.cached === 'HIT').toBe(false)
          for (const answer of others) {
            expect(answer.body).not.toContain(NAME)
            expect(answer.body).not.toContain(ACCOUNT.email)
            for (const { cookies } of hers)
              for (const cookie of cookies) expect(answer.cookies).not.toContain(cookie)
          }
          // Nor does a page for nobody come to somebody who is signed in, in the place of their own.
          if (hers[1]?.body.includes(NAME))
            expect((await visit(address, headers, cookieHeader(her))).body).toContain(NAME)
        },
      )
    })

    test('web cache deception: a personal page under a name that caches like', async () => {
      for (const path of [
        '/dashboard/x.css',
        '/dashboard.css',
        '/dashboard;x.js',
        '/dashboard%2fx.png',
        '/dashboard%3fx.css',
        '/_next/static/..%2f..%2fdashboard',
        '/api/session/x.css',
      ]) {
        await visit(path, asDocument, cookieHeader(her))
        const { body, cookies } = await visit(path, asDocument)
        expect([path, body.includes(NAME), cookies]).toEqual([path, false, []])
      }
    })
  },
)
