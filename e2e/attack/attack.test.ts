import { afterAll, beforeAll, describe, it } from 'vitest'
import { findPlace } from '../storm/place.ts'
import { BASE_PATH } from '../support/base-path.ts'
import { findOnPath } from '../support/shared-cache.ts'
import { startStack } from '../support/stack.ts'
import { startTlsProxy } from '../support/tls-proxy.ts'
import { crossSiteAttacks } from './attacks/cross-site.ts'
import { headerAttacks } from './attacks/headers.ts'
import { passwordAttacks } from './attacks/passwords.ts'
import { pathAttacks } from './attacks/paths.ts'
import { renewalAttacks } from './attacks/renewals.ts'
import { resourceAttacks } from './attacks/resources.ts'
import { tokenAttacks } from './attacks/tokens.ts'
import type { Target } from './target.ts'

// `npm run attack`: each line is an attack on a production build that has held. It touches nothing but this machine's loopback.
const attacks = [
  ...tokenAttacks,
  ...headerAttacks,
  ...pathAttacks,
  ...crossSiteAttacks,
  ...renewalAttacks,
  ...passwordAttacks,
  ...resourceAttacks,
]

/** `npm test -- --all` attacks a second time: below a base path, and on PostgreSQL. */
const store = BASE_PATH ? 'postgres' : 'redis'
const place = BASE_PATH ? ` below ${BASE_PATH}` : ''

const isBehindNginx = Boolean(findOnPath('nginx') && findOnPath('openssl')) || Boolean(process.env.CI)

describe(`SQLite, the app alone${place}`, () => {
  let target: Target
  beforeAll(async () => {
    const stack = await startStack({ LOG_LEVEL: 'info', REGISTRATION_LIMIT: '20/3600' })
    target = { name: 'alone', stack, url: stack.app.url, prefix: '', appPid: stack.app.pid }
  })
  afterAll(() => target.stack.stop())

  it.each(attacks)('held: $name ($kind)', { timeout: 120_000 }, ({ run }) => run(target))
})

describe.runIf(isBehindNginx)(`${store}, behind nginx with the shipped template${place}`, () => {
  let target: Target
  const ends: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    const place = await findPlace(store)
    ends.push(() => place.leave())
    const stack = await startStack({
      LOG_LEVEL: 'info',
      REGISTRATION_LIMIT: '20/3600',
      TRUST_PROXY: '1',
      STORE_URL: place.url,
    })
    ends.push(() => stack.stop())
    const nginx = await startTlsProxy(stack.app.url)
    ends.push(() => nginx.stop())
    target = {
      name: 'behind nginx',
      stack,
      url: nginx.url + BASE_PATH,
      prefix: '__Host-',
      appPid: stack.app.pid,
    }
  })
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  })

  it.each(attacks.filter(({ alone }) => !alone))('held: $name ($kind)', { timeout: 120_000 }, ({ run }) =>
    run(target),
  )
})
