import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  asApi,
  asDocument,
  asNavigation,
  claimsOf,
  cookieHeader,
  DEMO,
  expiredSession,
  setCookies,
} from '../support/client.ts'
import { sessionCookies } from './support/kinds.ts'
import type { Place } from './support/place.ts'
import { startPlace } from './support/place.ts'

let place: Place
beforeAll(async () => {
  place = await startPlace(inject('features'))
})
afterAll(() => place?.stop())

/** Visits with a session that has run out, and follows nothing but the router's own redirects. */
async function visit(path: string, headers: Record<string, string> = asDocument, others = '') {
  const cookie = cookieHeader(await expiredSession(place), others)
  const init = { headers: { ...headers, cookie }, redirect: 'manual' } as const
  const first = await fetch(place.app.url + path, init)
  const location = first.headers.get('location')
  const response = location?.includes('_rsc') ? await fetch(new URL(location, place.app.url), init) : first
  return { response, text: await response.text(), session: response.headers.get('x-session') }
}

const person = `person: <!-- -->${DEMO.email}`

test('PPR: the shell is the same for all, and the person streams into it in the answer that renews', async () => {
  const { text, session } = await visit('/shell')
  expect([session, text.includes('A shell for all'), text.includes(person)]).toEqual(['renewed', true, true])
  const prefetched = await visit('/shell', {
    ...asNavigation,
    'next-router-prefetch': '1',
    'next-router-segment-prefetch': '/_tree',
  })
  expect([prefetched.response.status, prefetched.text.includes(DEMO.email)]).toEqual([200, false])
})

test('ISR: an answer that renews is made anew for the next visitor, and no cookie is kept with it', async () => {
  const made = ({ text }: { text: string }) => /made at (?:<!-- -->)?(\d+)/.exec(text)?.[1]
  const first = await visit('/cached')
  expect(sessionCookies(first.response).length).toBeGreaterThan(0)
  await expect.poll(async () => made(await visit('/cached')), { timeout: 15_000 }).not.toBe(made(first))
  const hers = setCookies((await visit('/cached')).response)
  const his = setCookies((await visit('/cached')).response)
  expect(his.get('refreshToken')?.value).not.toBe(hers.get('refreshToken')?.value)
})

test('parallel routes: each slot sees the renewed session', async () => {
  const { text, session } = await visit('/parallel')
  expect([session, text.split(person).length - 1]).toEqual(['renewed', 2])
})

describe('intercepting routes', () => {
  test('a navigation from the list sees the renewed session over it', async () => {
    const { text, session } = await visit('/photos/1', { ...asNavigation, 'next-url': '/photos' })
    expect([session, text.includes('The photo over the list'), text.includes(DEMO.email)]).toEqual([
      'renewed',
      true,
      true,
    ])
  })

  test('a document sees it on the page', async () => {
    const { text, session } = await visit('/photos/1')
    expect([session, text.includes('The photo’s page'), text.includes(person)]).toEqual([
      'renewed',
      true,
      true,
    ])
  })
})

test('draft mode: its cookie and the session’s are set side by side, and both are there on the next page', async () => {
  const enabled = await visit('/draft/enable')
  const bypass = setCookies(enabled.response).get('__prerender_bypass')?.value ?? ''
  expect([enabled.response.status, enabled.session, bypass !== '']).toEqual([307, 'renewed', true])
  const { text, session } = await visit('/draft', asDocument, `__prerender_bypass=${bypass}`)
  expect([session, text.includes('draft: <!-- -->true'), text.includes(person)]).toEqual([
    'renewed',
    true,
    true,
  ])
})

test('after(): the work after the answer knows the renewed session', async () => {
  expect((await visit('/api/after', asApi)).session).toBe('renewed')
  await expect.poll(() => place.app.output()).toContain(`after the answer to ${DEMO.email}`)
})

describe('service workers', () => {
  const asScript = {
    'service-worker': 'script',
    accept: '*/*',
    'sec-fetch-dest': 'serviceworker',
    'sec-fetch-site': 'same-origin',
  }

  test('a public script is there for everybody, and renews as other files do', async () => {
    const anonymous = await fetch(`${place.app.url}/sw.js`, { headers: asScript, redirect: 'manual' })
    expect([anonymous.status, anonymous.headers.get('content-type')]).toEqual([
      200,
      'application/javascript; charset=UTF-8',
    ])
    expect((await visit('/sw.js', asScript)).session).toBe('renewed')
  })

  test('a protected one is refused, and never redirected, which browsers take for a failure', async () => {
    const refused = await fetch(`${place.app.url}/private/sw.js`, { headers: asScript, redirect: 'manual' })
    expect(refused.status).toBe(401)
  })
})

describe('the Pages Router', () => {
  test('a page with getServerSideProps is given the renewed token', async () => {
    const { text, session } = await visit('/legacy/person')
    const [, token = ''] = /token: (?:<!-- -->)?([\w.-]+)/.exec(text) ?? []
    expect([session, Number(claimsOf(token).exp) > Date.now() / 1000]).toEqual(['renewed', true])
  })

  test('a page that says how long caches keep it carries no cookies', async () => {
    const { response, session } = await visit('/legacy/server')
    expect(response.headers.get('cache-control')).toMatch(/^public/)
    expect([session, sessionCookies(response)]).toEqual(['anonymous', []])
  })
})
