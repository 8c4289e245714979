import { createBoundSessions } from '../gateway/device/bound-session.ts'
import type { OpenBinding } from '../gateway/device/device-binding.ts'
import { GatewayError } from '../gateway/errors.ts'
import type { DeviceBinding } from '../gateway/options.ts'
import { REASONS } from '../gateway/response/return-to.ts'
import { createGatewayTokens } from '../gateway/token/gateway-token.ts'
import type { DevicePaths, Parts } from './endpoint.ts'
import { judgeBound } from './judge-bound.ts'
import { createMisfits, LEAST_LIFE, tooShort } from './misfits.ts'
import { BINDING_REQUIRED } from './offer.ts'
import { refresh } from './refresh.ts'
import { register } from './register.ts'

/** Options of {@link bindDevices}. */
export type DeviceOptions = {
  /**
   * `prefer` binds sessions where the browser has keys, and leaves all others as they are. `require` ends a session that is not bound when its
   * first access token ends. Default `prefer`.
   */
  readonly mode?: 'prefer' | 'require'
  /** Paths of the two endpoints, below the `basePath`. Default `/session/device` and `/session/device/refresh`. */
  readonly paths?: Partial<DevicePaths>
  /**
   * Seconds that access tokens must live, or no session is bound: browsers let a site renew six times in nine minutes. Lower it in tests
   * alone. Default 240.
   */
  readonly leastTokenLife?: number
}

/**
 * Binds sessions to the devices they began on (Device Bound Session Credentials): a cookie that is copied to another machine is worth nothing
 * when its access token has ended. Experimental: the browsers' draft still moves (docs/device-binding.md).
 *
 * @throws {GatewayError} `invalid_option` at the first request, where there is no `GATEWAY_SECRET`, or where `ACCESS_TOKEN_TTL` is set to
 * less than `leastTokenLife`.
 * @example
 * export const middleware = createGateway({ deviceBinding: bindDevices({ mode: 'prefer' }) })
 */
export function bindDevices({
  mode = 'prefer',
  paths: own,
  leastTokenLife = LEAST_LIFE,
}: DeviceOptions = {}): DeviceBinding {
  const paths: DevicePaths = { register: '/session/device', refresh: '/session/device/refresh', ...own }
  const binding: OpenBinding = {
    open(gateway) {
      const { settings } = gateway
      const ttl = Number((typeof process === 'object' && process.env.ACCESS_TOKEN_TTL) || Number.NaN)
      if (ttl < leastTokenLife) throw new GatewayError('invalid_option', tooShort(ttl, leastTokenLife))
      // The words for which the gateway itself has no use.
      for (const reason of ['device_key_missing', BINDING_REQUIRED]) REASONS.set(reason, reason)
      const misfits = createMisfits(settings, leastTokenLife)
      const parts: Parts = {
        gateway,
        settings,
        paths,
        mode,
        misfits,
        gatewayTokens: createGatewayTokens(settings),
        sessions: createBoundSessions(settings),
      }
      if (settings.domain !== undefined) {
        misfits.tell('domain', 'leave out `domain`')
        return gateway.judge
      }

      return (facts, waitUntil) => {
        if (!facts.secure) {
          if (facts.cookies.names[0]) misfits.tell('http', 'needs https')
          return gateway.judge(facts, waitUntil)
        }
        const path = facts.method === 'POST' ? bare(facts.url.pathname) : ''
        const answer =
          path === bare(paths.register) ? register : path === bare(paths.refresh) ? refresh : judgeBound
        return answer(parts, facts, waitUntil)
      }
    },
  }
  return binding
}

/** With `trailingSlash`, Next puts one behind each path. */
const bare = (path: string) => path.replace(/\/$/, '')
