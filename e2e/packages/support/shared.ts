import { expect } from 'vitest'
import { asDocument } from '../../support/client.ts'
import { findOnPath, startSharedCache } from '../../support/shared-cache.ts'
import type { Place } from './app.ts'
import type { Session } from './visit.ts'
import { cookieOf } from './visit.ts'

const PREFETCH = { rsc: '1', 'next-router-prefetch': '1' }
const KINDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  document: asDocument,
  navigation: { rsc: '1' },
  prefetch: PREFETCH,
  tree: { ...PREFETCH, 'next-router-segment-prefetch': '/_tree' },
  shell: { ...PREFETCH, 'next-router-segment-prefetch': '/__PAGE__' },
}
const PATHS = ['/', '/login', '/links', '/dashboard', '/account']

/** One after the other, each person asks for everything; nobody is sent what is another's, and no shell holds anybody's. */
export async function expectNoMixing(place: Place, people: Readonly<Record<string, Session>>): Promise<void> {
  const hasNginx = findOnPath('nginx') !== undefined
  // In CI a missing cache is a failure.
  const cache = hasNginx || process.env.CI ? await startSharedCache(place.app.url) : undefined
  const names = Object.keys(people)
  try {
    for (const path of PATHS)
      for (const [kind, headers] of Object.entries(KINDS))
        for (const name of [...names, 'nobody', ...names]) {
          const session = people[name]
          const answer = await fetch((cache ?? place.app).url + path, {
            headers: { ...headers, ...(session && { cookie: cookieOf(session) }) },
          })
          const body = (await answer.text()).replaceAll('<!-- -->', '')
          const told = { path, kind, name, status: answer.status }
          const found = names.filter(
            (one) => body.includes(`Hello ${one}`) || body.includes(`"${one}"`) || body.includes(`as ${one}`),
          )
          const isOwn = kind === 'document' || kind === 'navigation'
          expect({ ...told, found: found.filter((one) => one !== name || !isOwn) }).toEqual({
            ...told,
            found: [],
          })
          if (session && kind === 'document' && path === '/account') expect(body).toContain(name)
          if (answer.headers.get('x-cache') === 'HIT') expect(answer.headers.getSetCookie()).toEqual([])
        }
  } finally {
    await cache?.stop()
  }
}
