import fc from 'fast-check'
import { anyJson, edited, edits } from '../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import { CLAIMS, hs256, NOW, SECRET } from '../../scripts/testing/fuzz/tokens.ts'
import { createAccessTokens } from './access-token.ts'

const accessTokens = createAccessTokens({
  keys: { mode: 'shared', secret: SECRET },
  issuer: 'evergate',
  audience: 'evergate-app',
  ttl: 900,
  random: (bytes) => new Uint8Array(bytes),
})
const TOKEN = hs256({ alg: 'HS256', typ: 'at+jwt' }, CLAIMS)
const member = (...right: unknown[]) => fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...right) }, anyJson)
fuzz(
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

const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
const lists = fc.array(texts, { maxLength: 4 })
fuzz(
  'issued access token',
  fc.record({ id: texts, sid: texts, roles: lists, amr: lists }),
  async ({ id, sid, roles, amr }) => {
    const now = NOW * 1000
    const { token } = await accessTokens.issue(
      { id, roles },
      { sid, timeLeft: 9000, authTime: NOW, amr },
      now,
    )
    const read = await accessTokens.verify(token, now)
    same([read?.sub, read?.sid, read?.roles], [id, sid, roles], 'it is read as it was issued')
  },
)
