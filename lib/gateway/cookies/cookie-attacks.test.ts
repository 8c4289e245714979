import { RequestCookies } from '@edge-runtime/cookies'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cookieJar } from '../testing/cookie-jar.ts'
import { cookiesIn, createHarness, KINDS, refusing } from '../testing/harness.ts'

const PROTECTED = '/dashboard'
const HTTPS = { cookieSecure: true }

describe('ASVS 3.3.3, RFC 6265bis 4.1.3.2: a sibling host cannot slip in a session cookie', () => {
  it('a name without the prefix is another cookie', async () => {
    const { valid, send } = await createHarness(HTTPS)
    const outcome = await send(PROTECTED, { cookies: { accessToken: await valid(), refreshToken: 'r1' } })
    expect(outcome).toMatchObject({ outcome: 'anonymous', setCookies: [] })
  })

  // Browsers let a sibling host set these, because to them the name does not begin with `__Host-`.
  it.each([
    ['a no-break space', '\u00a0__Host-'],
    ['a control character', '\u0085__Host-'],
    ['the bytes of U+2000', 'â\u0080\u0080__Host-'],
    ['the bytes of a byte order mark', 'ï»¿__Host-'],
    ['a vertical tab', '\v__Host-'],
    ['other letters', '__HOST-'],
    ['small letters', '__host-'],
    ['the other prefix', '__Secure-'],
    ['percent-encoding', '%5F%5FHost-'],
    ['a version attribute before it', '$Version=1,__Host-'],
  ])('nor does %s before it make it the name', async (_name, prefix) => {
    const { backend, valid, send } = await createHarness(HTTPS)
    const mine = await valid()
    const planted = `${prefix}accessToken=x; ${prefix}refreshToken=r7`
    expect(await send(PROTECTED, { cookies: planted })).toMatchObject({
      outcome: 'anonymous',
      setCookies: [],
    })
    const both = await send(PROTECTED, { cookies: `${planted}; __Host-accessToken=${mine}` })
    expect(both).toMatchObject({ outcome: 'active', setCookies: [] })
    expect(backend.calls).toEqual([])
  })

  it('a cookie without a name is none of ours', async () => {
    const { valid, send } = await createHarness(HTTPS)
    const cookies = `=__Host-accessToken; __Host-accessToken; =; __Host-accessToken=${await valid()}`
    expect((await send(PROTECTED, { cookies })).outcome).toBe('active')
  })
})

describe('a shadow, planted by a sibling host or for a longer path, comes first or last', () => {
  it.each(['first', 'last'])(
    '%s: neither is used, the host’s own is cleared, and signing in works again',
    async (place) => {
      const { valid, send } = await createHarness()
      const pair = [`accessToken=${await valid()}`, `accessToken=${await valid()}`]
      if (place === 'last') pair.reverse()
      const outcome = await send('/', { cookies: pair.join('; ') })
      expect(outcome).toMatchObject({ outcome: 'anonymous', session: null })
      expect(outcome.setCookies).toEqual(['accessToken=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax'])
    },
  )

  it('RFC 6265bis 4.1.1: a response names no cookie twice, whatever was sent twice', async () => {
    const { expired, send } = await createHarness()
    const twice = async (others: string) =>
      (
        await send(PROTECTED, {
          cookies: `accessToken=a; accessToken=b; userDataEtls=c; userDataEtls=c; ${others}`,
        })
      ).setCookies
    const names = (headers: readonly string[]) => headers.map((header) => header.split('=')[0])
    expect(names(await twice(''))).toEqual(['accessToken', 'userDataEtls'])
    expect(names(await twice('refreshToken=r1')).sort()).toEqual([
      'accessToken',
      'refreshToken',
      'userDataEtls',
    ])
    expect(names(await twice(`refreshToken=r1; refreshToken=${await expired()}`))).toHaveLength(3)
  })

  it('planted chunks do not grow a cookie that has none', async () => {
    const { valid, send } = await createHarness()
    const cookies = `accessToken.0=x; accessToken.1=y; accessToken=${await valid()}`
    expect((await send(PROTECTED, { cookies })).outcome).toBe('active')
  })
})

describe('many and odd cookies cost nothing but themselves', () => {
  it('a thousand', async () => {
    const { valid, send } = await createHarness()
    const many = Array.from({ length: 1000 }, (_, index) => `c${index}=${index}`)
    many.splice(500, 0, `accessToken=${await valid()}`)
    const outcome = await send(PROTECTED, { cookies: many.join('; ') })
    expect(outcome).toMatchObject({ outcome: 'active', setCookies: [] })
  })

  it('a thousand of our own name are one to clear', async () => {
    const { send } = await createHarness()
    const outcome = await send('/', { cookies: 'accessToken=x; '.repeat(1000) })
    expect(cookiesIn(outcome)).toEqual({ accessToken: '(cleared)' })
    expect(outcome.setCookies).toHaveLength(1)
  })

  it('13 KB of duplicates and chunks are cleared 16 at a time, those that would spoil a sign-in first', async () => {
    const { backend: refuses, send } = await createHarness({ domain: 'test' })
    refuses.answer = refusing(403)
    const names = ['accessToken', 'refreshToken', 'userDataEtls', 'signedOut']
    const numbers = Array.from({ length: 100 }, (_, index) => `.${99 - index}`)
    const made = names.flatMap((name) => [...numbers, ''].map((number) => `${name}${number}=x`))
    for (const cookies of [
      made.join('; '),
      [...made, ...made].join('; '),
      `${made.join('; ')}; accessToken=y`,
    ]) {
      const { setCookies } = await send('/', { cookies })
      expect(setCookies.length).toBeLessThanOrEqual(17)
      expect(setCookies.join('\n')).toContain('accessToken=;')
    }
    const { backend, setCookies } = await renewedOver(made)
    expect(setCookies.length).toBeLessThanOrEqual(20)
    for (const name of names.slice(0, 3)) expect(setCookies.join('\n')).toContain(`${name}.0=;`)
    expect(backend.calls).toHaveLength(1)
  })

  async function renewedOver(made: readonly string[]) {
    const harness = await createHarness()
    const chunks = made.filter((pair) => /\.\d+=/.test(pair)).join('; ')
    const outcome = await harness.send('/', { cookies: `${chunks}; refreshToken=r1` })
    expect(outcome.outcome).toBe('renewed')
    return { ...harness, setCookies: outcome.setCookies }
  }

  it('a session of the largest size is cleared whole, at once', async () => {
    const { backend, expired, send } = await createHarness()
    backend.answer = refusing(403)
    const chunks = Array.from({ length: 13 }, (_, index) => `userDataEtls.${index}=x`)
    const cookies = `accessToken=${await expired()}; refreshToken=r1; ${chunks.join('; ')}`
    expect((await send('/', { cookies })).setCookies).toHaveLength(16)
  })

  it.each(['accessToken=é', 'accessToken=\u0085', 'refreshToken=caf\u00e9', 'accessToken="a'])(
    '%j is cleared, and never reaches the backend',
    async (cookies) => {
      const { backend, send } = await createHarness()
      const outcome = await send('/', { cookies })
      expect(Object.values(cookiesIn(outcome))).toEqual(['(cleared)'])
      expect(backend.calls).toEqual([])
    },
  )
})

describe('ASVS 3.3.5, 4.2.5: a session’s cookies stay below what servers accept of a request’s headers', () => {
  const renewedWith = async (about: number) => {
    const harness = await createHarness()
    const { backend, expired, send, token } = harness
    backend.answer = async () =>
      Response.json({
        accessToken: await token(),
        refreshToken: 'r2',
        userData: { name: 'Ada', about: 'x'.repeat(about) },
      })
    const outcome = await send(PROTECTED, {
      cookies: { accessToken: await expired(), refreshToken: 'r1', userDataEtls: 'old' },
    })
    return { ...harness, outcome }
  }

  // With what is encoded and signed around it: 12,6 KB and more.
  it.each([9_000, 12_000])(
    'user data of %i characters would be too much: it is left out and told, and the person is signed in without it',
    async (about) => {
      const { events, outcome, send } = await renewedWith(about)
      expect(outcome.outcome).toBe('renewed')
      expect(cookiesIn(outcome).userDataEtls).toBe('(cleared)')
      expect(events).toMatchObject([{ type: 'user-data.left-out', bytes: expect.any(Number) }])
      const jar = cookieJar()
      jar.receive(outcome.setCookies)
      expect((await send(PROTECTED, { cookies: jar.header() })).outcome).toBe('active')
    },
  )

  it('less than that travels, in cookies of 4096 bytes each', async () => {
    const { events, outcome } = await renewedWith(7_000)
    expect(events).toEqual([])
    expect(outcome.setCookies.join('').length).toBeLessThan(13_000)
    for (const header of outcome.setCookies)
      expect((header.split(';')[0] ?? '').length).toBeLessThanOrEqual(4097)
    expect(Object.keys(cookiesIn(outcome))).toContain('userDataEtls.2')
  })
})

describe('RFC 9110 5.5, ASVS 4.2.4: no value that comes from outside becomes a header or an attribute of its own', () => {
  const evil = fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    '\0',
    ';',
    ',',
    ' ',
    '=',
    '%0d%0a',
    '%0A',
    '\u2028',
    '; Domain=evil',
    'set-cookie: a=b',
    '%',
    '"',
    '\\',
  )
  const hostile = fc
    .array(fc.oneof(evil, fc.string({ maxLength: 4 })), { maxLength: 6 })
    .map((parts) => parts.join(''))

  it('neither a path nor a query, nor what a backend issues', async () => {
    const { backend, expired, send, token } = await createHarness({ relayCookies: ['lang'] })
    const [accessToken, kinds] = [await expired(), Object.values(KINDS)]
    const OURS =
      /^(accessToken|refreshToken|userDataEtls)(\.\d+)?=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/
    await fc.assert(
      fc.asyncProperty(hostile, hostile, fc.constantFrom(...kinds), async (path, refreshToken, headers) => {
        backend.answer = async () =>
          Response.json({
            accessToken: await token(),
            refreshToken: `${refreshToken}r`,
            userData: { name: path },
          })
        const cookies = { accessToken, refreshToken: `r${Math.random()}` }
        for (const sent of [cookies, {}]) {
          const outcome = await send(`http://app.test/x${path}?y=${path}`, { headers, cookies: sent })
          for (const header of outcome.setCookies) expect(header).toMatch(OURS)
          for (const [name, value] of outcome.refusal?.headers ?? [])
            expect(value, name).toMatch(/^[\x20-\x7e]*$/)
          const location = outcome.refusal?.headers.get('location') ?? '/login?returnTo='
          expect(location).toMatch(/^\/login\?returnTo=[\w.!~*'()%-]*$/)
          const action = outcome.refusal?.headers.get('x-action-redirect') ?? '/login?returnTo=;push'
          expect(action).toMatch(/^\/login\?returnTo=[\w.!~*'()%-]*;push$/)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the app reads no name and no value otherwise than the gateway has read it', () => {
  it.each([
    ['a space after the name', (token: string) => `accessToken =${token}`],
    ['a tab before it', (token: string) => `theme=dark;\taccessToken=${token}`],
    ['a space after the value', (token: string) => `accessToken=${token} ; theme=dark`],
    ['a space before it', (token: string) => `accessToken= ${token}`],
    ['the bare name after it', (token: string) => `accessToken=${token}; accessToken`],
  ])('%s', async (_name, write) => {
    const { send, valid } = await createHarness()
    const token = await valid()
    const outcome = await send(PROTECTED, { cookies: write(token) })
    expect(outcome.outcome).toBe('active')
    const cookie = outcome.requestHeaders?.get('cookie') ?? ''
    const theirs = new RequestCookies(new Headers({ cookie }))
    expect(theirs.get('accessToken')?.value).toBe(token)
  })

  it('a bare name alone is none for both', async () => {
    const { send } = await createHarness()
    const outcome = await send('/', { cookies: 'accessToken' })
    expect([outcome.outcome, outcome.requestHeaders?.get('cookie')]).toEqual(['anonymous', null])
  })

  it('what browsers send is handed on untouched', async () => {
    const { send, valid } = await createHarness()
    const cookies = `a=b=c; accessToken=${await valid()}; d="e f"; g=`
    expect(await send(PROTECTED, { cookies })).toMatchObject({ outcome: 'active', requestHeaders: null })
  })
})
