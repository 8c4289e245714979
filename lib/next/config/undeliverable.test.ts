import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { NextConfig } from 'next'
import { unstable_getResponseFromNextConfig as askNext } from 'next/experimental/testing/server'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { parseCookieHeader } from '../../gateway/cookies/header.ts'
import { compileDelivery } from '../../gateway/request/delivery.ts'
import { findUndeliverable } from './undeliverable.ts'

const UPSTREAM = 'https://upstream.example'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evergate-rewrites-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const write = (path: string, text = '') => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** The gateway's decision on an address, with this configuration baked in. */
async function judgeWith(config: NextConfig) {
  const destinationOf = compileDelivery(await findUndeliverable(config, root))
  return (address: string, headers: Record<string, string> = {}) => {
    const { pathname, search } = new URL(address, 'http://app.test')
    const pairs = parseCookieHeader(headers.cookie ?? null)
    return destinationOf({ pathname, search, headers: new Map(Object.entries(headers)), pairs })
  }
}

const to = (source: string, more: object = {}) => ({ source, destination: `${UPSTREAM}/there`, ...more })
const has = (type: string, key: string, value?: string) => ({ has: [{ type, key, ...(value && { value }) }] })

const LANGUAGES = { locales: ['en', 'de'], defaultLocale: 'en' }

/** Configurations, and addresses to try each with. */
const CONFIGS: [string, NextConfig, string[]][] = [
  ['a plain path', rewriting(to('/a')), ['/a', '/a/', '/a/b', '/']],
  ['the start page', rewriting(to('/')), ['/', '/a']],
  ['a parameter', rewriting(to('/a/:id')), ['/a', '/a/1', '/a/1/2', '/a/1/']],
  ['any number of segments', rewriting(to('/a/:path*')), ['/a', '/a/b', '/a/b/c', '/ab', '/b']],
  ['at least one segment', rewriting(to('/a/:path+')), ['/a', '/a/b', '/a/b/c']],
  ['a pattern', rewriting(to('/p/:id(\\d{1,})')), ['/p/1', '/p/12', '/p/x']],
  ['an unnamed pattern', rewriting(to('/((?!api).*)')), ['/api', '/x', '/']],
  ['letters that mean something elsewhere', rewriting(to('/a.b/:c-:d')), ['/a.b/1-2', '/aXb/1-2', '/a.b/1']],
  ['a query', rewriting(to('/a', has('query', 'q'))), ['/a', '/a?q=1', '/a?q=']],
  ['a query with a value', rewriting(to('/a', has('query', 'q', '\\d+'))), ['/a?q=1', '/a?q=x', '/a?q=1x']],
  ['a basePath', { basePath: '/base', ...rewriting(to('/a/:id')) }, ['/a/1', '/base/a/1', '/base']],
  ['a basePath at its start', { basePath: '/base', ...rewriting(to('/')) }, ['/', '/base', '/base/a']],
  [
    'outside of the basePath',
    { basePath: '/base', ...rewriting(to('/:path*', { basePath: false })) },
    ['/a', '/base/a', '/'],
  ],
]

function rewriting(...rewrites: { source: string; destination: string }[]): NextConfig {
  // Next changes the rules that it is given.
  return { rewrites: async () => structuredClone(rewrites) }
}

describe('a path counts as elsewhere exactly when Next hands it to another server', () => {
  it.each(CONFIGS)('%s', async (_, config, addresses) => {
    const judge = await judgeWith(config)
    for (const address of addresses) {
      const url = `http://app.test${address}`
      const answer = await askNext({ url, nextConfig: config as Parameters<typeof askNext>[0]['nextConfig'] })
      const isRewritten = answer.headers.get('x-middleware-rewrite')?.startsWith(UPSTREAM) === true
      // The test kit of Next is strict where its server lets a slash at the end pass.
      const expected =
        isRewritten || (address.endsWith('/') && address.length > 1 && judge(address.slice(0, -1)).elsewhere)
      expect([address, judge(address).elsewhere]).toEqual([address, expected])
    }
  })

  it.each<[string, string, Record<string, string>, boolean]>([
    ['header', 'x-a', { 'x-a': '1' }, true],
    ['header', 'x-a', {}, false],
    ['cookie', 'a', { cookie: 'a=1' }, true],
    ['cookie', 'a', { cookie: 'b=1' }, false],
  ])('with a %s: %s, %o', async (type, key, headers, expected) => {
    const judge = await judgeWith(rewriting(to('/a', has(type, key))))
    expect(judge('/a', headers).elsewhere).toBe(expected)
    const inverted = await judgeWith(rewriting(to('/a', { missing: [{ type, key }] })))
    expect(inverted('/a', headers).elsewhere).toBe(!expected)
  })

  it.each<[string, object, string[], string[]]>([
    ['with any language', {}, ['/a', '/de/a', '/en/a'], ['/fr/a']],
    ['in one language', { locale: false, source: '/de/a' }, ['/de/a'], ['/a', '/en/a']],
    ['in the default one', { locale: false, source: '/en/a' }, ['/a', '/en/a'], ['/de/a']],
    ['with the language as a parameter', { locale: false, source: '/:lang/a' }, ['/a', '/de/a'], ['/']],
  ])('i18n, %s', async (_, more, there, here) => {
    const judge = await judgeWith({ i18n: LANGUAGES, ...rewriting(to('/a', more)) })
    expect(there.filter((path) => !judge(path).elsewhere)).toEqual([])
    expect(here.filter((path) => judge(path).elsewhere)).toEqual([])
  })
})

describe('the app’s own routes', () => {
  beforeEach(() => {
    for (const path of [
      'app/page.tsx',
      'app/(shop)/cart/page.tsx',
      'app/items/[id]/page.tsx',
      'app/docs/[[...path]]/page.tsx',
      'app/@side/panel/page.tsx',
      'app/items/(.)quick/page.tsx',
      'app/api/x/route.ts',
      'app/robots.ts',
      'pages/old/[slug].tsx',
      'pages/older/index.tsx',
      'public/img/logo.png',
    ])
      write(path)
  })
  const catchAll = [{ source: '/:path*', destination: `${UPSTREAM}/:path*` }]
  const judged = async (rewrites: object, paths: string[]) => {
    const judge = await judgeWith({ basePath: '/b', rewrites: async () => rewrites } as NextConfig)
    return paths.filter((path) => judge(`/b${path}`.replace(/\/$/, '')).elsewhere)
  }
  const plain = ['/', '/cart', '/panel', '/api/x', '/robots.txt', '/older', '/img/logo.png']
  const dynamic = ['/items/1', '/docs', '/docs/a/b', '/old/x']
  const unknown = ['/legacy', '/items', '/items/quick/x', '/cart/x', '/img/other.png']

  it('come before a fallback', async () => {
    expect(await judged({ fallback: catchAll }, [...plain, ...dynamic, ...unknown])).toEqual(unknown)
  })

  it('come before afterFiles when they have no parameters', async () => {
    expect(await judged({ afterFiles: catchAll }, [...plain, ...dynamic, ...unknown])).toEqual([
      ...dynamic,
      ...unknown,
    ])
    expect(await judged(catchAll, [...plain, ...unknown])).toEqual(unknown)
  })

  it('do not come before beforeFiles', async () => {
    const all = [...plain, ...dynamic, ...unknown]
    expect(await judged({ beforeFiles: catchAll }, all)).toEqual(all)
  })
})

test('a rewrite of the app to a path that another one hands on', async () => {
  const judge = await judgeWith(
    rewriting({ source: '/short/:id', destination: '/legacy/items/:id' }, to('/legacy/:path*'), {
      source: '/inside',
      destination: '/dashboard',
    }),
  )
  expect([judge('/short/1').elsewhere, judge('/inside').elsewhere]).toEqual([true, false])
})

test('the image optimizer at an address of its own', async () => {
  const judge = await judgeWith({ images: { path: '/pictures' } })
  expect(judge('/pictures?url=x')).toEqual({ delivery: 'impossible', elsewhere: false })
})

describe('pages of the Pages Router that say themselves how long caches keep them', () => {
  const SAYS = "res.setHeader('Cache-Control', 'public, s-maxage=60')"

  it('answer from the app, without cookies', async () => {
    write('pages/rates/[day].tsx', SAYS)
    write('pages/index.tsx')
    write('src/pages/api/rates.ts', SAYS)
    const judge = await judgeWith({})
    expect(judge('/rates/today')).toEqual({ delivery: 'impossible', elsewhere: false })
    expect(judge('/api/rates').delivery).toBe('impossible')
    expect(judge('/').delivery).toBe('possible')
  })

  it('are all of them when _app says so', async () => {
    write('pages/_app.tsx', SAYS)
    write('pages/index.tsx')
    write('pages/a.tsx')
    const judge = await judgeWith({})
    expect([judge('/').delivery, judge('/a').delivery, judge('/b').delivery]).toEqual([
      'impossible',
      'impossible',
      'possible',
    ])
  })
})

test('an app without any of that has no such path', async () => {
  write('app/page.tsx')
  expect(await findUndeliverable({}, root)).toEqual([])
})
