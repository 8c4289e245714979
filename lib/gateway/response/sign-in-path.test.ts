import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHarness, KINDS } from '../testing/harness.ts'
import { signInPathFor } from './sign-in-path.ts'

const LOCALES = ['en', 'de', 'pt-BR', 'zh-Hant']

type Asked = { readonly path?: string; readonly cookie?: string; readonly accept?: string }

/** The language of the sign-in page. */
const languageOf = ({ path = '/dashboard', cookie, accept }: Asked, locales = LOCALES) =>
  signInPathFor(
    { signInPath: '/:locale/login', locales },
    {
      pathname: path,
      search: '',
      headers: new Headers({ ...(cookie && { cookie }), ...(accept && { 'accept-language': accept }) }),
    },
  ).split('/')[1]

describe('`:locale` in signInPath', () => {
  it.each<[string, Asked, string]>([
    ['the language of the path', { path: '/de/dashboard', cookie: 'NEXT_LOCALE=pt-BR', accept: 'en' }, 'de'],
    ['however the path writes it', { path: '/PT-br' }, 'pt-BR'],
    ['not a segment that begins alike', { path: '/de-luxe', accept: 'pt-BR' }, 'pt-BR'],
    ['not a later segment', { path: '/x/de' }, 'en'],
    ['else what was chosen before', { cookie: 'a=b; NEXT_LOCALE=de; c=d', accept: 'pt-BR' }, 'de'],
    ['not another cookie', { cookie: 'MY_NEXT_LOCALE=de; NEXT_LOCALE=xx' }, 'en'],
    ['else what the browser likes best', { accept: 'fr, en;q=0.5, de;q=0.8' }, 'de'],
    ['a region of a language', { accept: 'de-AT' }, 'de'],
    ['a language of which there is a region only', { accept: 'fr, pt;q=0.9' }, 'pt-BR'],
    ['nothing that is not accepted', { accept: 'de;q=0, pt-BR;q=0.1' }, 'pt-BR'],
    ['else the first', { accept: '*' }, 'en'],
    ['where nothing is said, the first', {}, 'en'],
  ])('is %s', (_, asked, expected) => {
    expect(languageOf(asked)).toBe(expected)
  })

  it('is one of `locales` whatever a browser sends', () => {
    const noise = fc.string({
      unit: fc.constantFrom('d', 'e', '-', ',', ';', 'q', '=', '0', '.', '/', ' ', '*'),
    })
    fc.assert(
      fc.property(noise, noise, noise, (path, cookie, accept) => {
        expect(LOCALES).toContain(languageOf({ path: `/${path}`, cookie: `NEXT_LOCALE=${cookie}`, accept }))
      }),
    )
  })

  it('needs to know the languages', async () => {
    await expect(createHarness({ signInPath: '/:locale/login' })).rejects.toThrow('`locales`')
  })
})

describe('a visitor is sent to the sign-in page of their language', () => {
  const rules = [{ path: '/:locale/login', require: 'public' }] as const
  const locales = ['en', 'de']
  const toGerman = { ...KINDS.document, 'accept-language': 'de' }

  it('by a redirect, below the basePath', async () => {
    const { send } = await createHarness({ signInPath: '/:locale/login', locales, basePath: '/shop' })
    const { refusal } = await send('/shop/dashboard', { headers: toGerman })
    expect(refusal?.headers.get('location')).toBe('/shop/de/login?returnTo=%2Fdashboard')
  })

  it('by the answer to an action', async () => {
    const { send } = await createHarness({ signInPath: '/:locale/login', locales, basePath: '/shop' })
    const { refusal } = await send('/shop/de/dashboard', { method: 'POST', headers: KINDS.action })
    expect(refusal?.headers.get('x-action-redirect')).toBe('/de/login?returnTo=%2Fde%2Fdashboard;push')
  })

  it('the app is told which one it is, on public pages', async () => {
    const { send } = await createHarness({ signInPath: '/:locale/login', locales, rules })
    const { requestHeaders } = await send('/de/login', { headers: { 'x-session-sign-in': '//evil.example' } })
    expect(requestHeaders?.get('x-session-sign-in')).toBe('/de/login')
    const plain = await createHarness({ rules: [{ path: '/', require: 'public' }] })
    const outcome = await plain.send('/', { headers: { 'x-session-sign-in': '//evil.example' } })
    expect(outcome.requestHeaders?.has('x-session-sign-in')).toBe(false)
  })

  it('a function says where it is, from what the request is', async () => {
    const { send } = await createHarness({
      basePath: '/shop',
      signInPath: ({ pathname, search, headers }) =>
        `${pathname}/${search.slice(1)}/${headers.get('x-tenant')}/login`,
    })
    const { refusal } = await send('/shop/de?a', { headers: { ...KINDS.document, 'x-tenant': 'acme' } })
    expect(refusal?.headers.get('location')).toBe('/shop/de/a/acme/login?returnTo=%2Fde%3Fa')
  })

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'login'])(
    'a function that says %s leads nowhere else',
    async (path) => {
      const { send } = await createHarness({ signInPath: () => path })
      const { refusal } = await send('/x', { headers: KINDS.document })
      expect(refusal?.headers.get('location')).toBe('/?returnTo=%2Fx')
    },
  )
})

describe('rules with `:locale` in them', () => {
  const rules = [
    { path: '/:locale/admin/:path*', require: { roles: ['admin'] } },
    { path: '/:locale/login', require: 'public' },
    { path: '/:locale?/help', require: 'public' },
  ] as const

  it.each([
    ['/de/admin', 403],
    ['/de/admin/users/1', 403],
    ['/xx/admin', 403],
    ['/DE/%61dmin/', 403],
    ['/de/admin.rsc', 403],
    ['/de/login', undefined],
    ['/help', undefined],
    ['/de/help', undefined],
    ['/admin', undefined],
  ])('%s: %s', async (path, status) => {
    const { send, valid } = await createHarness({ rules })
    const { refusal } = await send(path, { cookies: { accessToken: await valid() } })
    expect(refusal?.status).toBe(status)
  })

  it('one that is public means the languages alone, where they are known', async () => {
    const open = ['/:locale?', '/:locale/login'].map((path) => ({ path, require: 'public' as const }))
    const { send } = await createHarness({ rules: open, locales: ['en', 'pt-BR', 'x.y'] })
    const statusOf = async (path: string) => (await send(path, { headers: KINDS.document })).refusal?.status
    for (const path of ['/', '/en', '/pt-BR', '/x.y', '/en/login'])
      expect(await statusOf(path), path).toBeUndefined()
    for (const path of ['/dashboard', '/xzy', '/de/login', '/admin/login', '/e', '/enx'])
      expect(await statusOf(path), path).toBe(303)
  })

  it('one that asks for a role means any segment, also where they are known', async () => {
    const { send, valid } = await createHarness({ rules, locales: ['en'] })
    const { refusal } = await send('/xx/admin', { cookies: { accessToken: await valid() } })
    expect(refusal?.status).toBe(403)
  })

  it('what they do not name is protected', async () => {
    const { send } = await createHarness({ rules })
    for (const path of ['/admin', '/de/x/login', '/de'])
      expect((await send(path, { headers: KINDS.document })).refusal?.status, path).toBe(303)
  })
})
