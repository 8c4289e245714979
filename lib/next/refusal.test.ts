import { describe, expect, it } from 'vitest'
import { refusalIn } from './refusal.ts'

describe('what a backend says of why nobody is signed in', () => {
  it.each<[string, number, unknown, object]>([
    ['401 alone', 401, '', { code: 'invalid_credentials', message: 'Signing in did not work.' }],
    [
      'an OAuth error',
      400,
      { error: 'invalid_grant', error_description: 'Wrong.' },
      { code: 'invalid_grant', message: 'Wrong.' },
    ],
    [
      'a sentence',
      401,
      { detail: 'No active account' },
      { code: 'invalid_credentials', message: 'No active account' },
    ],
    [
      'one level deeper',
      400,
      { error: { name: 'ValidationError', message: 'Invalid identifier' } },
      { code: 'ValidationError', message: 'Invalid identifier' },
    ],
    [
      'a word and a sentence in one',
      401,
      { error: 'Wrong password' },
      { code: 'invalid_credentials', message: 'Wrong password' },
    ],
    [
      'a half-finished sign-in',
      401,
      { error: 'second_factor_required', error_description: 'Go on.', step: 's', ways: ['totp'] },
      {
        code: 'second_factor_required',
        message: 'Go on.',
        secondFactor: { step: 's', ways: ['totp'] },
      },
    ],
    [
      'fields',
      422,
      { message: 'Check.', errors: { email: 'taken' } },
      { code: 'Check.', message: 'Check.', fields: { email: 'taken' } },
    ],
    [
      '404 with a word',
      404,
      { code: 'user_not_found' },
      { code: 'user_not_found', message: 'Signing in did not work.' },
    ],
    [
      '429 with a word',
      429,
      { error: 'too_many_requests' },
      { code: 'too_many_requests', message: 'too_many_requests' },
    ],
  ])('%s', (_, status, body, error) => {
    expect(refusalIn(status, body)).toEqual(error)
  })

  it.each<[number, unknown]>([
    [200, {}],
    [302, ''],
    [403, '<html>Blocked by a firewall</html>'],
    [404, '<html>Not found</html>'],
    [405, { error: 'x' }],
    [408, { error: 'x' }],
    [415, { error: 'x' }],
    [429, ''],
    [500, { error: 'x' }],
    [503, null],
  ])('%i with %j is an outage', (status, body) => {
    expect(refusalIn(status, body)).toBeNull()
  })

  it('is no longer than a person reads', () => {
    expect(refusalIn(400, { message: 'x'.repeat(301) })?.message).toBe('Signing in did not work.')
  })
})
