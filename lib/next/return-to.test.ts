import { afterEach, describe, expect, it, vi } from 'vitest'
import { safeReturnTo } from './return-to.ts'

afterEach(() => vi.unstubAllEnvs())

describe('the way back after sign-in', () => {
  it.each([
    '/login',
    '/login/',
    '/login?returnTo=/login',
    `/login${'?returnTo=/login'.repeat(100)}`,
    '/%6cogin',
    '/./login',
    '/a/../login',
    '/login#x',
    '/register',
    '/register?returnTo=/login',
  ])('does not lead to a page that sends on who is signed in: %s', (path) => {
    expect(safeReturnTo(path, '/dashboard', ['/register'])).toBe('/dashboard')
  })

  it.each(['/', '/login2', '/login/help', '/a?returnTo=/login', '/Login', '/a%2Flogin'])(
    'leads to %s',
    (path) => {
      expect(safeReturnTo(path, '/dashboard')).toBe(path)
    },
  )

  it('knows the sign-in page of `withGateway()`', () => {
    vi.stubEnv('EVERGATE_OPTIONS', JSON.stringify({ signInPath: '/sign-in' }))
    expect(safeReturnTo('/sign-in?returnTo=/sign-in')).toBe('/')
    expect(safeReturnTo('/login')).toBe('/login')
    vi.stubEnv('EVERGATE_OPTIONS', JSON.stringify({ signInPath: '/:locale/sign-in' }))
    expect(safeReturnTo('/de/sign-in')).toBe('/')
  })

  it('is of this site, whatever comes in', () => {
    for (const value of ['//evil.example', 'https://evil.example', '/\\evil.example', undefined, 1])
      expect(safeReturnTo(value, '/home')).toBe('/home')
  })
})
