import { importJWK } from 'jose'
import * as oauth from 'oauth4webapi'
import { GatewayError } from '../gateway/errors.ts'
import type { Clock, Fetch } from '../gateway/platform.ts'
import type { ClientAuthentication, OAuth2Options } from './options.ts'

/** The parts that one call to the provider may use. */
export type ProviderCall = { readonly fetch: Fetch; readonly signal: AbortSignal }

/** The provider, as one client of it sees it. */
export type Provider = {
  readonly client: oauth.Client
  /** Its metadata (OpenID Connect Discovery 1.0), kept for an hour, and through outages. Throws when there is none. */
  discover(call: ProviderCall): Promise<oauth.AuthorizationServer>
  authenticate(): Promise<oauth.ClientAuth>
  requestOptions(call: ProviderCall): HttpOptions
  /** Like `requestOptions`, with a proof of possession if tokens are bound to a key. */
  tokenRequestOptions(call: ProviderCall): Promise<HttpOptions & oauth.DPoPRequestOptions>
}

type HttpOptions = {
  readonly [oauth.customFetch]: (url: string, init: object) => Promise<Response>
  readonly [oauth.allowInsecureRequests]: boolean
  readonly signal: AbortSignal
}

const MAX_AGE = 3_600_000
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** @throws {GatewayError} `invalid_option` for an issuer that is neither `https:` nor on this machine. */
export function createProvider(options: OAuth2Options, clock: Clock): Provider {
  const issuer = URL.parse(options.issuer)
  const isLocal = issuer?.protocol === 'http:' && LOOPBACK.test(issuer.hostname)
  if (!issuer || !(issuer.protocol === 'https:' || isLocal))
    throw new GatewayError(
      'invalid_option',
      'issuer must be an https:// address (http:// only on this machine)',
    )
  const client: oauth.Client = { client_id: options.clientId }
  let known: { readonly at: number; readonly server: oauth.AuthorizationServer } | undefined
  let authentication: Promise<oauth.ClientAuth> | undefined
  let dpop: Promise<oauth.DPoPHandle> | undefined

  const requestOptions = ({ fetch, signal }: ProviderCall): HttpOptions => ({
    [oauth.customFetch]: (url, init) => fetch(url, { ...init, cache: 'no-store' }),
    [oauth.allowInsecureRequests]: isLocal,
    signal,
  })

  return {
    client,
    requestOptions,
    async discover(call) {
      if (known && Math.abs(clock() - known.at) < MAX_AGE) return known.server
      try {
        const response = await oauth.discoveryRequest(issuer, requestOptions(call))
        known = { at: clock(), server: await oauth.processDiscoveryResponse(issuer, response) }
      } catch (error) {
        if (!known) throw error
      }
      return known.server
    },
    authenticate() {
      authentication ??= clientAuth(options.clientAuthentication)
      return authentication
    },
    async tokenRequestOptions(call) {
      if (!options.dpopKey) return requestOptions(call)
      dpop ??= proofOfPossession(client, options.dpopKey)
      return { ...requestOptions(call), DPoP: await dpop }
    },
  }
}

async function clientAuth(authentication: ClientAuthentication): Promise<oauth.ClientAuth> {
  switch (authentication.method) {
    case 'client_secret_basic':
      return oauth.ClientSecretBasic(authentication.secret)
    case 'client_secret_post':
      return oauth.ClientSecretPost(authentication.secret)
    case 'private_key_jwt': {
      const { key } = authentication
      const kid = key.kid === undefined ? {} : { kid: key.kid }
      return oauth.PrivateKeyJwt({ key: (await importJWK(key)) as CryptoKey, ...kid })
    }
    case 'none':
      return oauth.None()
  }
}

/** One handle for the process: it remembers the nonce that the provider asks for. */
async function proofOfPossession(
  client: oauth.Client,
  key: NonNullable<OAuth2Options['dpopKey']>,
): Promise<oauth.DPoPHandle> {
  const { d: _, key_ops: __, ...publicKey } = key
  const pair = {
    privateKey: (await importJWK(key, 'ES256')) as CryptoKey,
    publicKey: (await importJWK(publicKey, 'ES256', { extractable: true })) as CryptoKey,
  }
  return oauth.DPoP(client, pair)
}
