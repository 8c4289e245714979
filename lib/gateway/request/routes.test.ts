import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { GatewayError } from '../errors.ts'
import type { PathRule } from './routes.ts'
import { compileRoutes, renderedPath } from './routes.ts'

/** The need of a path: of several, the one there is. */
const requirementOf = (rules: PathRule[], path: string) => {
  const { require } = compileRoutes(rules)(path)
  return typeof require === 'object' && require.length === 1 ? require[0] : require
}

describe('a rule’s path', () => {
  it.each([
    ['/', '/', true],
    ['/', '/a', false],
    ['/a', '/a', true],
    ['/a', '/a/b', false],
    ['/a', '/ab', false],
    ['/a', '/A', false],
    ['/a.b', '/a.b', true],
    ['/a.b', '/axb', false],
    ['/a/:id', '/a/1', true],
    ['/a/:id', '/a', false],
    ['/a/:id', '/a/1/2', false],
    ['/a/:id?', '/a', true],
    ['/a/:id?', '/a/1', true],
    ['/a/:id?', '/a/1/2', false],
    ['/a/:path*', '/a', true],
    ['/a/:path*', '/a/b/c', true],
    ['/a/:path*', '/ab', false],
    ['/a/:path+', '/a', false],
    ['/a/:path+', '/a/b/c', true],
    ['/:path*', '/', true],
    ['/:path*', '/a/b', true],
    ['/:tenant/admin/:path*', '/acme/admin/users', true],
  ])('%s against %s: %s', (path, pathname, matches) => {
    expect(requirementOf([{ path, require: 'public' }], pathname)).toBe(matches ? 'public' : 'session')
  })

  it.each(['a', '', '/a*', '/(a|b)', '/:id(\\d+)', '/a/:b-:c', '/[id]', '/a+', '/{a}', '/%61', '/a#b'])(
    'is refused when it means something else elsewhere: %j',
    (path) => {
      const error = (() => {
        try {
          compileRoutes([{ path, require: 'public' }])
        } catch (reason) {
          return reason
        }
      })()
      expect(error).toBeInstanceOf(GatewayError)
      expect(error).toMatchObject({ code: 'invalid_option' })
    },
  )
})

describe('files for everybody', () => {
  const files = { paths: ['/logo.png', '/photos/sea side.png'], pattern: '^(?:/about/icon-\\w+\\.png)$' }
  const routeOf = compileRoutes(
    [
      { path: '/', require: 'public' },
      { path: '/private/:path*', require: { roles: ['staff'] } },
    ],
    { ...files, paths: [...files.paths, '/private/plan.png'] },
  )
  it.each([
    ['/logo.png', 'public'],
    ['/photos/sea%20side.png', 'public'],
    ['/about/icon-1ycygp.png', 'public'],
    ['/private/plan.png', [{ roles: ['staff'] }]],
    ['/logo.png/x', 'session'],
    ['/logo.pngx', 'session'],
    ['/LOGO.png', 'session'],
    ['/logo.png.rsc', 'session'],
    ['/photos', 'session'],
    ['/photos%2Fsea%20side.png', 'session'],
  ])('are public unless a rule names them: %s: %j', (path, require) => {
    expect(routeOf(path).require).toEqual(require)
  })
})

test('the first rule that matches decides', () => {
  const rules: PathRule[] = [
    { path: '/docs/internal/:path*', require: { roles: ['staff'] } },
    { path: '/docs/:path*', require: 'public' },
  ]
  expect(requirementOf(rules, '/docs/internal/plan')).toEqual({ roles: ['staff'] })
  expect(requirementOf(rules, '/docs/guide')).toBe('public')
})

test('what no rule names needs a session', () => {
  expect(compileRoutes([])('/anything')).toEqual({ require: 'session', renew: 'when-due' })
})

describe('every way of writing a path meets the rule of the page it renders', () => {
  it.each([
    '/admin',
    '/admin/',
    '//admin',
    '/admin//',
    '/%61dmin',
    '/adm%69n/',
    '/admin.rsc',
    '/admin.segments/_tree.segment.rsc',
    '/admin.segments/admin/__PAGE__.segment.rsc',
    '/_next/data/build-1/admin.json',
  ])('%s', (path) => {
    expect(renderedPath(path)).toBe('/admin')
    expect(requirementOf([{ path: '/admin/:path*', require: { roles: ['admin'] } }], path)).toEqual({
      roles: ['admin'],
    })
  })

  it('the start page has two names of its own', () => {
    expect(renderedPath('/index.rsc')).toBe('/')
    expect(renderedPath('/_next/data/build-1/index.json')).toBe('/')
  })
})

describe('an ending that its host does not know is part of a name', () => {
  const RULES: PathRule[] = [
    { path: '/', require: 'public' },
    { path: '/login', require: 'public' },
    { path: '/:tenant/secret', require: { roles: ['staff'] } },
  ]

  it.each(['/index', '/login.rsc', '/login.segments/_tree.segment.rsc'])(
    '%s may be a page of its own, and so is not public',
    (path) => {
      expect(requirementOf(RULES, path)).toBe('session')
    },
  )

  it.each([
    '/login.segments/secret',
    '/login.segments/secret.rsc',
    '/login.segments/secret.segments/_tree.segment.rsc',
  ])('%s may be the page of a tenant with such a name, and needs the role', (path) => {
    expect(requirementOf(RULES, path)).toEqual({ roles: ['staff'] })
  })

  it('what stands under /_next is nobody’s page: its data is the page’s', () => {
    expect(requirementOf(RULES, '/_next/data/build-1/login.json')).toBe('public')
  })

  it('renewal is as the rule of the page says', () => {
    const rules: PathRule[] = [{ path: '/api/renew', require: { roles: ['user'] }, renew: 'always' }]
    expect(compileRoutes(rules)('/api/renew')).toEqual({ require: [{ roles: ['user'] }], renew: 'always' })
    expect(compileRoutes(rules)('/api/renew/').renew).toBe('always')
  })
})

describe('a path that cannot be told is never public', () => {
  it.each(['/%', '/%zz', '/a%2fb', '/a%5cb', '/%2561', '/%E0%A4%A'])('%s', (path) => {
    expect(renderedPath(path)).toBeUndefined()
    expect(requirementOf([{ path: '/:path*', require: 'public' }], path)).toBe('session')
  })
})

describe('a path that cannot be told needs what any reading of it needs', () => {
  const ADMIN = { roles: ['admin'] }
  const RULES: PathRule[] = [
    { path: '/admin/:path*', require: ADMIN },
    { path: '/users/:id', require: { roles: ['support'] } },
    { path: '/:path*', require: 'public' },
  ]

  it.each([
    '/admin/a%2Fb',
    '/admin/100%25',
    '/admin/%zz',
    '/admin/a%5Cb',
    '/admin/a%0Ab',
    '/admin/%E2%80%A8',
    '/admin//a%2Fb.rsc',
    '/%61dmin/a%2Fb',
    '/admin%2Fusers',
    '/admin%5Cusers',
    '/%2561dmin',
    '/%2561dmin%252Fa',
    '/admin%252f%aa',
  ])('%s needs the role', (path) => {
    expect(requirementOf(RULES, path)).toEqual(ADMIN)
  })

  it.each([
    '/users/a%2Fb',
    '/users/100%25',
    '/%75sers/a%2Fb',
    '/users/a%0Ab',
    '/users/7%0A/',
    '/users%2F%0A/',
  ])('%s is one user', (path) => {
    expect(requirementOf(RULES, path)).toEqual({ roles: ['support'] })
  })

  it.each(['/admin.rsc/', '/admin.segments/a%2Fb', '/admin.segments/%0A'])('%s needs the role', (path) => {
    expect(requirementOf(RULES, path)).toEqual(ADMIN)
  })

  it('no way of writing a path goes round the rule of its folder', () => {
    const writings = (letter: string) => {
      const hex = letter.charCodeAt(0).toString(16)
      return fc.constantFrom(letter, `%${hex}`, `%25${hex}`, `%25%3${hex[0]}${hex[1]}`)
    }
    const folder = fc.tuple(...[...'admin'].map(writings)).map((letters) => letters.join(''))
    const slash = fc.constantFrom('/', '//', '%2F', '%2f', '%5C', '%252f', '\\')
    const parts = ['a', '%2F', '%25', '%0A', '%0D', '%00', '%5C', '/', '%zz', '%', '%E2%80%A8']
    const below = fc.string({ unit: fc.constantFrom(...parts), maxLength: 8 })
    const ending = fc.constantFrom('', '/', '.rsc', '.segments/_tree.segment.rsc')
    const written = fc.tuple(folder, slash, below, ending).map((all) => `/${all.join('')}`)
    fc.assert(
      fc.property(written, (path) => {
        expect(requirementOf(RULES, new URL(path, 'https://app.example').pathname)).toEqual(ADMIN)
      }),
      { numRuns: 1000 },
    )
  })
})

test('`/index` is the start page, which needs what it needs under either name', () => {
  const roles = { roles: ['admin'] }
  expect(requirementOf([{ path: '/', require: roles }], '/index')).toEqual(roles)
  expect(requirementOf([{ path: '/index', require: roles }], '/index')).toEqual(roles)
  expect(requirementOf([{ path: '/:any*', require: 'public' }], '/a/index')).toBe('public')
})
