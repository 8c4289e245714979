import { scryptSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createGate } from './hashing-gate.ts'
import { createPasswords, verifyPassword } from './passwords.ts'
import { readHash } from './read-hash.ts'

// Made by the programs that they are named after: Django 5.2, the tests of ASP.NET Core Identity, Firebase's own scrypt.
const signer = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='
const firebaseHash =
  'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='
const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
const salt = Buffer.from('sixteen bytes...')
const phc = `$scrypt$ln=14,r=8,p=1$${unpadded(salt)}$${unpadded(scryptSync('correct hörse', salt, 32))}`

const hashes: [title: string, password: string, hash: string][] = [
  ['bcrypt for Node', 'correct horse', '$2b$10$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2'],
  ['bcrypt of Rails', 'correct horse', '$2a$10$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2'],
  ['bcrypt of PHP', 'correct horse', '$2y$10$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2'],
  [
    'bcrypt of Django',
    'correct hörse',
    'bcrypt$$2b$12$Q7ukBV8PjFlUnWO.gYgHfeADskMslBgWFCRjLfYeXSklwGj6CpAoO',
  ],
  [
    'bcrypt over SHA-256 of Django',
    'correct hörse',
    'bcrypt_sha256$$2b$12$nl.MimnjJgBEceGUQO102OW/NEdpNbZeV3p6EV2tEMpx2TeVDK.Bm',
  ],
  [
    'PBKDF2 of Django',
    'correct hörse',
    'pbkdf2_sha256$1000000$K3dlZAzsH17IShTYnA5MwE$W7zJ57TCAFb56JL+tPtoC5nzt5hAmpIKkhsw/t2L0aE=',
  ],
  [
    'PBKDF2 with SHA-1 of Django',
    'correct hörse',
    'pbkdf2_sha1$1000000$INzd5b1zb3ZzQiv79e4KuV$7Y4mKkIe7g3tGkoQPVGdsOvPWHQ=',
  ],
  [
    'argon2 of Django',
    'correct hörse',
    'argon2$argon2id$v=19$m=102400,t=2,p=8$VUpvMHFDOXlzUDcxWlQ1c1ZQUllOUA$8msPDuOQBgZa88dsktV7qlq9QSwAcGK8Xlc089/FjNk',
  ],
  [
    'scrypt of Django',
    'correct hörse',
    'scrypt$16384$CKu1nqU9mRpjrG1T1a7Mit$8$5$/zCefmLC4RVPdRundI0fbZkDJJEemQcok+GHwO2Jx2hK/n9qWr90Lp0looobLxErmm9UCYnrWuQ9kHGONWUE9w==',
  ],
  ['scrypt as a PHC string', 'correct hörse', phc],
  [
    'version 3 of ASP.NET Identity',
    'my password',
    'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==',
  ],
  [
    'version 2 of ASP.NET Identity',
    'my password',
    'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
  ],
  [
    'Firebase',
    'user1password',
    `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=${signer}$42xEC+ixf3L2lw==$${firebaseHash}`,
  ],
]

describe.each(hashes)('a hash of %s', (_, password, hash) => {
  it('is that of its password alone, and due for a new one', async () => {
    expect(await verifyPassword(hash, password)).toBe(true)
    expect(await verifyPassword(hash, `${password} `)).toBe(false)
    expect(createPasswords().isOutdated(hash)).toBe(true)
  })

  it('is a hash no more with a piece missing, in whichever place', () => {
    for (let i = 0; i < hash.length - 1; i += 3) {
      const read = readHash(hash.slice(0, i) + hash.slice(i + 3))
      // Salts may have any length, and a lower cost is a cost.
      if (typeof read !== 'string') expect(read.work.units).toBeGreaterThan(0)
    }
  })
})

it('72 bytes of a password count for bcrypt, as where the hash was made', async () => {
  const { hash } = await import('@node-rs/bcrypt')
  const stored = await hash('x'.repeat(100), { cost: 4 })
  expect(await verifyPassword(stored, 'x'.repeat(72))).toBe(true)
  expect(await verifyPassword(stored, 'x'.repeat(71))).toBe(false)
})

it.each([
  '$2b$15$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2',
  '$2y$31$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2',
  'bcrypt$$2b$31$Q7ukBV8PjFlUnWO.gYgHfeADskMslBgWFCRjLfYeXSklwGj6CpAoO',
  'pbkdf2_sha256$3000001$K3dlZAzsH17IShTYnA5MwE$W7zJ57TCAFb56JL+tPtoC5nzt5hAmpIKkhsw/t2L0aE=',
  'pbkdf2_sha256$9999999999$K3dlZAzsH17IShTYnA5MwE$W7zJ57TCAFb56JL+tPtoC5nzt5hAmpIKkhsw/t2L0aE=',
  'AQAAAAH/////AAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==',
  phc.replace('ln=14', 'ln=30'),
  phc.replace('r=8', 'r=9999'),
  phc.replace('p=1', 'p=9999'),
  `$fbscrypt$v=1,n=30,r=8,p=1,ss=Bw==,sk=${signer}$42xEC+ixf3L2lw==$${firebaseHash}`,
  '$argon2id$v=19$m=4194304,t=1,p=1$VUpvMHFDOXlzUDcxWlQ1c1ZQUllOUA$8msPDuOQBgZa88dsktV7qlq9QSwAcGK8Xlc089/FjNk',
  '$argon2id$v=19$m=524288,t=1,p=1$VUpvMHFDOXlzUDcxWlQ1c1ZQUllOUA$8msPDuOQBgZa88dsktV7qlq9QSwAcGK8Xlc089/FjNk',
  '$argon2id$v=19$m=8,t=999999999,p=1$VUpvMHFDOXlzUDcxWlQ1c1ZQUllOUA$8msPDuOQBgZa88dsktV7qlq9QSwAcGK8Xlc089/FjNk',
  '$argon2i$m=8,t=1,p=255$VUpvMHFDOXlzUDcxWlQ1c1ZQUllOUA$8msPDuOQBgZa88dsktV7qlq9QSwAcGK8Xlc089/FjNk',
])('a planted hash that costs too much is not checked: %.60s', async (hash) => {
  expect(readHash(hash)).toBe('too-costly')
  const counted: [string, number][] = []
  const passwords = createPasswords(undefined, { memoryCost: 64, timeCost: 1, parallelism: 1 }, (...work) =>
    counted.push(work),
  )
  expect(await passwords.matches(hash, 'correct hörse')).toBe(false)
  expect(counted).toEqual([['argon2id m=64 p=1', 1]])
})

it.each([
  '',
  'x'.repeat(2000),
  'md5',
  '5f4dcc3b5aa765d61d8327deb882cf99',
  '$2b$10$abcdefghijklmnopqrstuv',
  '$2x$10$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2',
  '$2b$03$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2',
  'pbkdf2_md5$1000$K3dlZAzsH17IShTYnA5MwE$W7zJ57TCAFb56JL+tPtoC5nzt5hAmpIKkhsw/t2L0aE=',
  'pbkdf2_sha256$0$K3dlZAzsH17IShTYnA5MwE$W7zJ57TCAFb56JL+tPtoC5nzt5hAmpIKkhsw/t2L0aE=',
  phc.replace('ln=14', 'ln=0'),
  '!unusable',
])('is no hash: "%.40s"', async (text) => {
  expect(readHash(text)).toBe('unreadable')
  expect(await verifyPassword(text, text)).toBe(false)
})

it('a refusal does the same work for every hash that is in use, and for nobody', async () => {
  let counted: Record<string, number> = {}
  const cheap = { memoryCost: 64, timeCost: 1, parallelism: 1 }
  const passwords = createPasswords(undefined, cheap, (family, units) => {
    counted[family] = (counted[family] ?? 0) + units
  })
  const workOf = async (hash: string | undefined) => {
    counted = {}
    expect(await passwords.matches(hash, 'wrong')).toBe(false)
    return counted
  }
  const { hash } = await import('@node-rs/bcrypt')
  const inUse = [
    await passwords.hash('right'),
    await hash('right', { cost: 5 }),
    await hash('right', { cost: 7 }),
    'pbkdf2_sha256$1000$K3dlZAzsH17IShTYnA5MwE$W7zJ57TCAFb56JL+tPtoC5nzt5hAmpIKkhsw/t2L0aE=',
    'pbkdf2_sha256$2500$K3dlZAzsH17IShTYnA5MwE$W7zJ57TCAFb56JL+tPtoC5nzt5hAmpIKkhsw/t2L0aE=',
    phc.replace('ln=14', 'ln=4'),
    phc.replace('ln=14', 'ln=6'),
    'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
  ]
  expect(await workOf(undefined)).toEqual({ 'argon2id m=64 p=1': 1 })
  passwords.expect([...inUse, 'none'])
  const all = {
    'argon2id m=64 p=1': 1,
    bcrypt: 2 ** 7,
    'pbkdf2 sha256': 2500,
    'scrypt r=8 p=1': 2 ** 6,
    'pbkdf2 sha1': 2000,
  }
  for (const stored of [undefined, ...inUse, 'none']) expect(await workOf(stored), stored).toEqual(all)
})

it('goes through the gate of all hashing', async () => {
  const busy = createPasswords(createGate(0, 0))
  await expect(busy.matches(hashes[0]?.[2], 'correct horse')).rejects.toMatchObject({ code: 'server_busy' })
})
