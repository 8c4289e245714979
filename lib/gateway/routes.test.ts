import { describe, expect, it, test } from 'vitest'
import { GatewayError } from './errors.ts'
import type { PathRule } from './routes.ts'
import { compileRoutes, renderedPath } from './routes.ts'

const requirementOf = (rules: PathRule[], path: string) => compileRoutes(rules)(path).require

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

  it.each(['a', '', '/a*', '/(a|b)', '/:id(\\d+)', '/a/:b-:c', '/[id]', '/a+', '/{a}'])(
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

describe('a path that cannot be told is never public', () => {
  it.each(['/%', '/%zz', '/a%2fb', '/a%5cb', '/%2561', '/%E0%A4%A'])('%s', (path) => {
    expect(renderedPath(path)).toBeUndefined()
    expect(requirementOf([{ path: '/:path*', require: 'public' }], path)).toBe('session')
  })
})
