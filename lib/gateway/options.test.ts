import { describe, expect, it } from 'vitest'
import { GatewayError } from './errors.ts'
import { createSessionGateway } from './gateway.ts'
import type { GatewayOptions } from './options.ts'
import { SECRET } from './testing/issuer.ts'

const create = (options: Partial<GatewayOptions>) =>
  createSessionGateway({ remoteApi: 'http://backend.test', keys: { secret: SECRET }, ...options })

describe('an option that cannot be used is refused at once, not at somebody’s first renewal', () => {
  it.each<[string, Partial<GatewayOptions>]>([
    ['a short secret', { keys: { secret: 'x'.repeat(31) } }],
    ['a short gateway secret', { gatewaySecrets: ['x'.repeat(31)] }],
    ['a short one among several', { gatewaySecrets: [SECRET, 'x'.repeat(31)] }],
    ['no gateway secret, and none to derive it from', { keys: { jwks: { keys: [] } } }],
    ['a rule that is not understood', { rules: [{ path: '/(a|b)', require: 'public' }] }],
    ['a key set that is none', { keys: { jwks: {} as never }, gatewaySecrets: [SECRET] }],
  ])('%s', (_, options) => {
    const error = (() => {
      try {
        create(options)
      } catch (reason) {
        return reason
      }
    })()
    expect(error).toBeInstanceOf(GatewayError)
    expect(error).toMatchObject({ code: 'invalid_option' })
    expect(String(error)).not.toContain('xxxx')
  })

  it('a secret is measured in bytes', () => {
    expect(() => create({ keys: { secret: 'ü'.repeat(16) } })).not.toThrow()
  })
})
