import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { presentedRefreshToken } from '../../../auth-server/http/cookies.ts'
import { createAccessTokens } from '../../../auth-server/tokens/access-token.ts'
import { createRefreshTokens } from '../../../auth-server/tokens/refresh-token.ts'
import type { Grace, StoredSession } from '../../../auth-server/tokens/rotation.ts'
import { decide } from '../../../auth-server/tokens/rotation.ts'
import { defineTarget } from '../define-target.ts'
import { anyJson, edited, edits, inHeader, textOf } from '../inputs.ts'
import { holds, same } from '../oracle.ts'
import { CLAIMS, hs256, NOW, SECRET } from '../signing.ts'

const SECRETS = ['the newest secret, of 32 bytes or more', 'an older secret, of 32 bytes and more'] as const
const tokens = createRefreshTokens([...SECRETS])
const older = createRefreshTokens([SECRETS[1]])
const sid = fc.string({ unit: fc.constantFrom(...'AZaz09-_'), minLength: 22, maxLength: 22 })

const changedRefreshToken = defineTarget(
  'changed refresh token',
  fc.record({
    sid,
    generation: fc.nat(2 ** 40),
    edits: fc.option(edits, { nil: [], freq: 20 }),
    isOlder: fc.boolean(),
  }),
  ({ sid, generation, edits, isOlder }) => {
    const token = (isOlder ? older : tokens).derive(sid, generation)
    const changed = edited(token, edits)
    same(
      tokens.verify(changed),
      changed === token ? { sid, generation } : undefined,
      'one spelling, one meaning',
    )
  },
)

const keyNumber = tokens.derive('A'.repeat(22), 0).split('.')[3]
const PARTS = [
  'e1',
  'e2',
  '.',
  '.',
  'A'.repeat(22),
  '0',
  '7',
  '-1',
  '007',
  '1e3',
  '9'.repeat(15),
  '9'.repeat(16),
  `${keyNumber}`,
  'AAAAAAAA',
  '\u0667',
  ' ',
]
const almost = fc
  .tuple(
    fc.constantFrom('e1', 'e1', 'e2'),
    fc.constantFrom('A'.repeat(22), 'A'.repeat(21)),
    fc.constantFrom('7', '007', '+7', '7.0', '', '9'.repeat(15), '9'.repeat(16), '\u0667'),
    fc.constantFrom(`${keyNumber}`, 'AAAAAAAA'),
  )
  .map((parts) => parts.join('.'))
const forgedRefreshToken = defineTarget(
  'forged refresh token',
  fc.record({ body: fc.oneof(textOf(PARTS, 9), almost), isRight: fc.boolean() }),
  ({ body, isRight }) => {
    // With the right MAC: not even who has the secret can make a token of another form mean something.
    const key = isRight ? SECRETS[0] : 'a key of the forger that is long enough!'
    const token = `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
    const claims = tokens.verify(token)
    if (claims)
      same(isRight && tokens.derive(claims.sid, claims.generation), token, 'only tokens of ours are read')
  },
)

const header = textOf(
  [
    'refreshToken',
    '__Host-refreshToken',
    'accessToken',
    '=',
    '=',
    '=',
    ';',
    '; ',
    ' ',
    '\t',
    'a',
    'b',
    '"',
    '%3D',
    ',',
  ],
  14,
).map(inHeader)
const refreshCookie = defineTarget('refresh cookie', header, (text) => {
  const presented = presentedRefreshToken(text)
  const values = text.split(';').flatMap((pair) => {
    const [name = '', ...value] = pair.split('=')
    return value.length > 0 && /^(__Host-)?refreshToken$/.test(name.trim()) ? [value.join('=').trim()] : []
  })
  const distinct = new Set(values.filter((value) => value !== ''))
  if (presented.kind === 'one') same([...distinct], [presented.token], 'one token, and nobody says another')
  if (presented.kind === 'absent') same(distinct.size, 0, 'none is overlooked')
  if (presented.kind === 'ambiguous') holds(values.length > 1, 'only two can disagree')
})

const accessTokens = createAccessTokens({
  keys: { mode: 'shared', secret: SECRET },
  issuer: 'evergate',
  audience: 'evergate-app',
  ttl: 900,
  random: (bytes) => new Uint8Array(bytes),
})
const TOKEN = hs256({ alg: 'HS256', typ: 'at+jwt' }, CLAIMS)
const member = (...right: unknown[]) => fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...right) }, anyJson)
const authAccessToken = defineTarget(
  'access token at the auth server',
  fc.record({
    edits: fc.option(edits, { nil: [] }),
    header: fc.record(
      {
        alg: member('HS256', 'none'),
        typ: member('at+jwt', 'JWT'),
        kid: member('x'),
        crit: member(['b64']),
        jku: member('https://evil.example'),
      },
      { requiredKeys: ['alg', 'typ'] },
    ),
    claims: fc.record(
      {
        iss: member('evergate'),
        aud: member('evergate-app'),
        sub: member('user-1'),
        sid: member('s'),
        jti: member('j'),
        iat: member(NOW),
        exp: member(NOW + 1, NOW),
        roles: member(['user']),
      },
      { requiredKeys: [] },
    ),
  }),
  async ({ edits, header, claims }) => {
    const changed = edited(TOKEN, edits)
    const read = await accessTokens.verify(changed, NOW * 1000)
    if (read) {
      same(
        changed.slice(0, changed.lastIndexOf('.')),
        TOKEN.slice(0, TOKEN.lastIndexOf('.')),
        'what was signed is unchanged',
      )
      same(read.sub, CLAIMS.sub, 'it is the one person')
    }
    const odd = await accessTokens.verify(hs256(header, claims), NOW * 1000)
    if (!odd) return
    same(
      [header.alg, header.typ, Object.keys(header).sort()],
      ['HS256', 'at+jwt', ['alg', 'typ']],
      'the header is the plain one',
    )
    const { iss, aud, exp } = claims
    same([iss, [aud].flat().includes('evergate-app')], ['evergate', true], 'it is for us')
    holds(
      typeof exp === 'number' && exp > NOW && odd.roles.every((role) => typeof role === 'string'),
      'and it lives',
    )
  },
)

const moment = fc.oneof(
  fc.integer({ min: -100_000, max: 100_000 }),
  fc.constantFrom(-30_001, -30_000, -29_999, -1, 0, 1),
)
const rotation = defineTarget(
  'rotation',
  fc.record({
    presented: fc.nat(12),
    generation: fc.nat(12),
    rotated: moment,
    idle: moment,
    absolute: moment,
    revokedAt: fc.option(moment),
    grace: fc.oneof(fc.nat(60), fc.constantFrom(0, 30, 'lenient' as const)),
  }),
  ({ presented, generation, rotated, idle, absolute, revokedAt, grace }) => {
    const now = 1_000_000
    const stored: StoredSession = {
      generation,
      rotatedAt: now + rotated,
      idleExpiresAt: now + idle,
      absoluteExpiresAt: now + absolute,
      revokedAt,
    }
    same(
      decide(presented, stored, now, grace),
      byTable(presented, generation, { rotated, idle, absolute, revokedAt, grace }),
      'CONTRACT 5',
    )
  },
)

/** The table of CONTRACT 5, said a second time. */
function byTable(
  g: number,
  G: number,
  at: { rotated: number; idle: number; absolute: number; revokedAt: number | null; grace: Grace },
) {
  if (at.revokedAt !== null) return { kind: 'dead', because: 'revoked' }
  if (at.idle <= 0 || at.absolute <= 0)
    return { kind: 'dead', because: at.absolute > at.idle ? 'idle-limit' : 'absolute-limit' }
  if (g > G) return { kind: 'heal', from: G, to: g + 1 }
  if (g === G) return { kind: 'rotate', from: G, to: G + 1 }
  const isParent = g === G - 1
  const isInTime = at.grace === 'lenient' || (at.grace !== 0 && -at.rotated <= at.grace * 1000)
  return isParent && isInTime ? { kind: 'replay', generation: G } : { kind: 'reuse' }
}

export const authTokenTargets = [
  changedRefreshToken,
  forgedRefreshToken,
  refreshCookie,
  authAccessToken,
  rotation,
]
