import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../options.ts'
import { handMade } from '../testing/issuer.ts'
import { CLAIMS, ISSUERS, invalid, NOW, read } from '../testing/tokens.ts'
import { readAccessToken } from './access-token.ts'
import { readClaims } from './claims.ts'
import type { KeySet } from './key-set.ts'
import { createKeySet } from './key-set.ts'

const by = ISSUERS.HS256
const settings = resolveOptions({ remoteApi: 'http://backend.test', keys: by.keys })

/** Reads a good token with a key set that answers so; `asked` is whether it was to look again. */
async function readWith(result: 'retired' | 'unknown' | 'unavailable', ...fresh: [boolean?]) {
  const asked: unknown[] = []
  const keys: KeySet = {
    ...createKeySet(settings),
    find: async (_, eager) => {
      asked.push(eager)
      return { result }
    },
  }
  const token = await by.sign(CLAIMS)
  return { state: await readAccessToken(token, { ...settings, keys }, NOW, ...fresh), asked }
}

describe('what the key set says decides before the signature does', () => {
  it('a key that is no longer published makes a token expired, so that rotated keys sign nobody out', async () => {
    expect((await readWith('retired')).state).toEqual({ state: 'expired', claims: null })
  })

  it('a key that never was makes it invalid', async () => {
    expect((await readWith('unknown')).state).toEqual(invalid('unknown_key'))
  })

  it('without a key set nothing is said of it', async () => {
    expect((await readWith('unavailable')).state).toEqual({ state: 'unverifiable' })
  })

  it('the set is asked for again for a token just issued, and for no other', async () => {
    expect((await readWith('unknown')).asked).toEqual([false])
    expect((await readWith('unknown', true)).asked).toEqual([true])
  })
})

describe('the reason, which is logged, tells what was wrong', () => {
  it.each([[], null, 'text', 7])('a header %j: malformed', async (header) => {
    expect(await read(handMade(header as object, CLAIMS), { by })).toEqual(invalid('malformed'))
  })

  it('a header that is no JSON: malformed', async () => {
    expect(await read('ew.e30.c2ln', { by })).toEqual(invalid('malformed'))
  })

  it('a payload that is no claims set: malformed', async () => {
    expect(await read(await by.sign('[]'), { by })).toEqual(invalid('malformed'))
  })

  it('a claim: its name', () => {
    expect(readClaims({ ...CLAIMS, sid: 7 }, settings, NOW)).toEqual({ result: 'bad', reason: 'claim_sid' })
  })
})

it('RFC 7519 2: the last second that a date can name is a time, and the next is none', () => {
  expect(readClaims({ ...CLAIMS, exp: 8.64e12 }, settings, NOW).result).toBe('good')
  expect(readClaims({ ...CLAIMS, exp: 8.64e12 + 1 }, settings, NOW).result).toBe('bad')
})

it('a token of 16384 characters is read, a longer one is not', async () => {
  // Base64 has no text of each length: between them, the header and the payload have.
  const ofLength = async (length: number) => {
    for (const kid of ['k', 'kk', 'kkk'])
      for (let padding = 11_900; padding < 12_100; padding += 1) {
        const token = await by.sign({ ...CLAIMS, padding: 'x'.repeat(padding) }, { kid })
        if (token.length === length) return token
      }
    throw new Error(`no token of ${length} characters`)
  }
  expect((await read(await ofLength(16_384), { by })).state).toBe('valid')
  expect(await read(await ofLength(16_385), { by })).toEqual(invalid('malformed'))
})
