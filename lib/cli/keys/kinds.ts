import { createHash, randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'

export const KINDS = ['signing', 'refresh', 'gateway', 'feed'] as const
export type KindName = (typeof KINDS)[number]

type Kind = {
  readonly variable: string
  readonly makes: string
  /** Life of a token made with it: where it is set, in seconds. */
  readonly life: readonly [variable: string, fallback: string]
  /** The parts that have to read the new list. */
  readonly restart: string
  readonly split: (text: string) => string[]
  readonly join: (keys: readonly string[]) => string
  /** Tells keys apart, and is not secret. */
  readonly name: (key: string) => string
  /** Whether its variable holds one key alone, so that a new one takes the place of the one before at once. */
  readonly holds?: 'one'
  /** One new key, in the form its variable lists it. */
  readonly fresh: () => Promise<string>
}

const secrets = {
  split: (text: string) => text.split(',').map((secret) => secret.trim()),
  join: (keys: readonly string[]) => keys.join(','),
  name: (secret: string) => createHash('sha256').update(secret).digest('hex').slice(0, 12),
  fresh: async () => randomBytes(32).toString('base64url'),
}

/** `gateway` is the app's, `feed` of both parts; the other two are the auth server's. */
export const kinds: Readonly<Record<KindName, Kind>> = {
  signing: {
    variable: 'SIGNING_KEYS',
    makes: 'access tokens',
    life: ['ACCESS_TOKEN_TTL', '900'],
    restart: 'every auth server',
    split: (text) => JSON.parse(text).keys.map((key: unknown) => JSON.stringify(key)),
    join: (keys) => JSON.stringify({ keys: keys.map((key) => JSON.parse(key)) }),
    name: (key) => JSON.parse(key).kid,
    fresh: freshSigningKey,
  },
  refresh: {
    ...secrets,
    variable: 'ETLS_REFRESH',
    makes: 'refresh tokens',
    // Each renewal makes the next token with the newest key, so an older one lives on until the idle limit, not longer.
    life: ['REFRESH_TOKEN_TTL', '43200'],
    restart: 'every auth server',
  },
  gateway: {
    ...secrets,
    variable: 'GATEWAY_SECRET',
    makes: 'user data and signed-out marks',
    life: ['ACCESS_TOKEN_TTL', '900'],
    restart: 'every app',
  },
  feed: {
    ...secrets,
    holds: 'one',
    split: (text) => [text.trim()],
    join: ([newest = '']) => newest,
    variable: 'FEED_SECRET',
    makes: 'no token: it opens GET /ended',
    // Nothing lives on: an app with the one before is refused.
    life: ['', '0'],
    restart: 'every auth server and every app',
  },
}

async function freshSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  return JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' })
}
