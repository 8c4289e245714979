import fc from 'fast-check'
import { anyJson, edited, edits } from '../../../scripts/testing/fuzz/inputs.ts'
import { holds, same } from '../../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../../scripts/testing/fuzz/property.ts'
import { NOW, SECRET } from '../../../scripts/testing/fuzz/tokens.ts'
import { ISSUERS, sameToken, shared } from '../testing/signed-tokens.ts'
import { readAccessToken } from './access-token.ts'
import { createGatewayTokens } from './gateway-token.ts'
import { readSignedOutMark, signSignedOutMark } from './signed-out.ts'
import { readUserData, signUserData } from './user-data.ts'

const own = createGatewayTokens({
  gatewaySecrets: [SECRET, 'an older secret that is long enough too'],
  keys: shared.keys,
})
const session = { subject: 'user-1', sid: 'session-1', roles: [], issuedAt: NOW, expiresAt: NOW + 900 }
const NO_MARK = { sid: null, endedBy: null }

fuzz(
  'gateway token',
  fc.record({
    edits: fc.option(edits, { nil: [] }),
    sid: fc.string(),
    subject: fc.string(),
    userData: fc.dictionary(fc.string(), anyJson, { maxKeys: 3 }),
  }),
  async ({ edits, sid, subject, userData }) => {
    const claims = { ...session, sid, subject }
    const token = await signUserData(own, userData, claims)
    const changed = edited(token, edits)
    const read = await readUserData(own, changed, claims, NOW)
    if (changed === token) same(read, JSON.parse(JSON.stringify(userData)), 'what was signed is read')
    else holds(read === null || sameToken(changed, token), 'a changed token says nothing')
    same(await readUserData(own, token, { ...claims, sid: `${sid}x` }, NOW), null, 'not in another session')
    same(
      await readUserData(own, token, { ...claims, subject: `${subject}x` }, NOW),
      null,
      'not for another person',
    )
    same(await readUserData(own, token, claims, NOW + 900), null, 'not past its end')
    same(await readSignedOutMark(own, token, NOW), NO_MARK, 'user data is no mark')
    const { value } = await signSignedOutMark(own, claims, NOW)
    same(await readSignedOutMark(own, value, NOW), { ...NO_MARK, sid }, 'a mark names its session')
    same(await readUserData(own, value, claims, NOW), null, 'a mark is no user data')
    for (const text of [token, value])
      same(
        (await readAccessToken(text, ISSUERS[0].settings, NOW)).state,
        'invalid',
        'neither is an access token',
      )
    same(await readUserData(own, ISSUERS[0].token, session, NOW), null, 'nor an access token user data')
  },
  { few: 100 },
)
