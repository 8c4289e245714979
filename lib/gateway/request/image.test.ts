import { describe, expect, it, test } from 'vitest'
import { createHarness, KINDS } from '../testing/harness.ts'
import { imageRequest } from './image.ts'
import type { PathRule } from './routes.ts'
import { compileRoutes } from './routes.ts'

const RULES: PathRule[] = [
  { path: '/open/:path*', require: 'public' },
  { path: '/staff/:path*', require: { roles: ['staff'] } },
]
const FILES = { paths: ['/logo.png'] }
const image = (search: string, base = '') =>
  imageRequest({ pathname: '/_next/image', search }, '/_next/image', compileRoutes(RULES, FILES), (path) =>
    path.startsWith(`${base}/`) ? path.slice(base.length) : path,
  )

describe('next.js #82610: the rule of an image’s source decides who may see it', () => {
  it.each([
    ['?url=%2Flogo.png&w=64&q=75', 'public'],
    ['?url=/open/a.png&w=64', 'public'],
    ['?url=/open/a.png?v=1', 'public'],
    ['?url=/private.png', 'session'],
    ['?url=/%70rivate.png', 'session'],
    ['?url=/staff/plan.png', [{ roles: ['staff'] }]],
    ['?url=/open/../staff/plan.png', [{ roles: ['staff'] }]],
    ['?url=/open/%2e%2e/staff/plan.png', [{ roles: ['staff'] }]],
    ['?url=/open/%252e%252e/staff/plan.png', [{ roles: ['staff'] }]],
    ['?url=/open\\..\\staff\\plan.png', [{ roles: ['staff'] }]],
    ['?url=/open%252F..%252Fstaff/plan.png', 'session'],
    ['?url=/_next/static/media/a.1b2c.png', 'public'],
    [`?url=/open/a.png&pad=${'a'.repeat(4096)}`, 'session'],
    ['?url=/_next/static/../../private.png', 'session'],
    ['?url=https://cdn.example/a.png', 'public'],
    ['?url=/logo.png&url=/staff/plan.png', [{ roles: ['staff'] }]],
    ['?u%72l=/staff/plan.png', [{ roles: ['staff'] }]],
    ['', 'public'],
  ])('%s: %j', (search, require) => {
    expect(image(search)?.route.require).toEqual(require)
  })

  it('below a basePath, which its address holds', () => {
    expect(image('?url=/shop/open/a.png', '/shop')?.route.require).toBe('public')
    expect(image('?url=/shop/staff/a.png', '/shop')?.route.require).toEqual([{ roles: ['staff'] }])
    expect(image('?url=/shop/_next/static/media/a.png', '/shop')?.route.require).toBe('public')
  })
})

test('no other path is the optimizer’s', () => {
  const other = (pathname: string) =>
    imageRequest({ pathname, search: '?url=/logo.png' }, '/_next/image', compileRoutes([]), (path) => path)
  expect(other('/_next/images')).toBeUndefined()
  expect(other('/image')).toBeUndefined()
  expect(other('/_next/image/')?.route.require).toBe('session')
})

describe('what leaves the gateway', () => {
  const url = '/_next/image?url=%2Fstaff%2Fplan.png%3Fv%3D1&w=64&q=75'

  it('is the source itself, where not everybody may see it: the optimizer asks without cookies, and keeps for all', async () => {
    const gateway = await createHarness({ rules: RULES })
    const accessToken = await gateway.token({ roles: ['staff'] })
    const headers = KINDS.api
    expect(await gateway.send(url, { headers, cookies: { accessToken } })).toMatchObject({
      outcome: 'active',
      refusal: null,
      rewrite: '/staff/plan.png?v=1',
      noStore: true,
    })
    const refused = await gateway.send(url, { headers })
    expect([refused.refusal?.status, refused.rewrite]).toEqual([401, null])
  })

  it('is the optimizer’s own answer, unchanged, where everybody may', async () => {
    const gateway = await createHarness({ publicFiles: FILES })
    const outcome = await gateway.send('/_next/image?url=%2Flogo.png&w=64&q=75', { headers: KINDS.api })
    expect(outcome).toMatchObject({ refusal: null, rewrite: null, noStore: false })
  })
})
