import type { GatewaySettings } from '../../gateway/options.ts'
import { readAccessToken } from '../../gateway/token/access-token.ts'
import { createGatewayTokens } from '../../gateway/token/gateway-token.ts'
import type { KeySet } from '../../gateway/token/key-set.ts'
import { isCompactJws } from '../../gateway/token/verify-jwt.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** The description of a token that does not show it. */
export type Inspection = {
  readonly kind: 'access token' | 'user data' | 'signed-out mark' | 'refresh token' | 'unknown'
  readonly state: 'valid' | 'expiring' | 'expired' | 'invalid' | 'unverifiable' | 'opaque'
  /** The gateway's own word for why it is refused. */
  readonly reason?: string
  /** Which key it was, or says it was, made with. */
  readonly key?: string
  readonly header?: JsonObject
  readonly claims?: JsonObject
}

/** The format that the auth server's page describes: session, generation, key number, MAC. */
const REFRESH_TOKEN = /^e1\.([\w-]{22})\.(0|[1-9]\d{0,14})\.([\w-]{8})\.[\w-]{43}$/
const GATEWAY_TYPES = { 'userdata+jwt': 'user data', 'signed-out+jwt': 'signed-out mark' } as const
type GatewayType = keyof typeof GATEWAY_TYPES

/** Reads one token as the gateway would at `now` (seconds). */
export async function inspectToken(
  token: string,
  settings: GatewaySettings,
  keys: KeySet,
  now: number,
): Promise<Inspection> {
  const [, sid, generation, key] = REFRESH_TOKEN.exec(token) ?? []
  if (sid && generation && key)
    return { kind: 'refresh token', state: 'opaque', key, claims: { sid, generation: Number(generation) } }
  if (!isCompactJws(token)) return { kind: 'unknown', state: 'invalid', reason: 'malformed' }
  const [header, claims] = token.split('.', 2).map(decodePart)
  const parts = { ...(header && { header }), ...(claims && { claims }) }
  if (isGatewayType(header?.typ))
    return {
      kind: GATEWAY_TYPES[header.typ],
      ...parts,
      ...(await gatewayTokenState(token, header.typ, settings, now)),
    }
  const reading = await readAccessToken(token, { ...settings, keys }, now)
  const used = 'secret' in settings.keys ? 'ETLS_ACCESS' : header?.kid
  return {
    kind: 'access token',
    state: reading.state === 'absent' ? 'invalid' : reading.state,
    ...('reason' in reading && { reason: reading.reason }),
    ...(reading.state === 'expired' && reading.claims === null && { reason: 'retired_key' }),
    ...(typeof used === 'string' && { key: used }),
    ...parts,
  }
}

const isGatewayType = (typ: unknown): typ is GatewayType =>
  typeof typ === 'string' && Object.hasOwn(GATEWAY_TYPES, typ)

async function gatewayTokenState(token: string, typ: GatewayType, settings: GatewaySettings, now: number) {
  const secrets = settings.gatewaySecrets.map((secret) => [secret])
  if (secrets.length === 0 && !('secret' in settings.keys))
    return { state: 'unverifiable' as const, reason: 'no_secret' }
  // None: the one secret is derived from ETLS_ACCESS.
  for (const [index, gatewaySecrets] of (secrets.length > 0 ? secrets : [[]]).entries()) {
    const payload = await createGatewayTokens({ ...settings, gatewaySecrets }).verify(
      typ,
      token,
      Number.NEGATIVE_INFINITY,
    )
    if (!payload) continue
    const key =
      gatewaySecrets.length === 0 ? 'derived from ETLS_ACCESS' : `GATEWAY_SECRET, number ${index + 1}`
    return { state: Number(payload.exp) > now ? ('valid' as const) : ('expired' as const), key }
  }
  return { state: 'invalid' as const, reason: 'signature' }
}

function decodePart(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
