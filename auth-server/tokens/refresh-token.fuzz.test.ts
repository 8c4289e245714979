import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { edited, edits, textOf } from '../../scripts/testing/fuzz/inputs.ts'
import { same } from '../../scripts/testing/fuzz/oracle.ts'
import { fuzz } from '../../scripts/testing/fuzz/property.ts'
import { createRefreshTokens } from './refresh-token.ts'

const SECRETS = ['the newest secret, of 32 bytes or more', 'an older secret, of 32 bytes and more'] as const
const tokens = createRefreshTokens([...SECRETS])
const older = createRefreshTokens([SECRETS[1]])
const sid = fc.string({ unit: fc.constantFrom(...'AZaz09-_'), minLength: 22, maxLength: 22 })

fuzz(
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
fuzz(
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
