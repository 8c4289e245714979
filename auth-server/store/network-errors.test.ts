import { expect, it } from 'vitest'
import { postgresFailure, mayPassSoon as postgresMayPass } from './postgres/errors.ts'
import { redisFailure, mayPassSoon as redisMayPass } from './redis/errors.ts'

it.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS\.$/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name\.$/],
  ['CERT_HAS_EXPIRED', /has expired\.$/],
])('a certificate refused with %s is said in one sentence, and not waited for', (code, sentence) => {
  const error = Object.assign(new Error('tls'), { code })
  for (const failure of [postgresFailure('x', error), redisFailure('x', error)])
    expect(failure.message).toMatch(sentence)
  expect([postgresMayPass(error), redisMayPass(error)]).toEqual([false, false])
})

it('a pooler that refuses a parameter is not taken for a machine that cannot be reached', () => {
  const error = Object.assign(new Error('unsupported startup parameter: statement_timeout'), {
    code: '08P01',
  })
  expect(postgresFailure('x', error).message).toMatch(/ignore_startup_parameters\.$/)
})
