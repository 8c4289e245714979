import { expect, it } from 'vitest'
import { type Reading, toPerson } from './person.ts'

const hash = '$2b$10$vNqK0ka5a9FXLO7uDA39TOl9nsRAYsCErYZ/UjqMp1DwuuyQJ9/P2'
const plain: Reading = { columns: {}, withoutHash: false, firebase: undefined }
const ada = { email: 'ada@example.com', password: hash }

it.each<[string, object, object]>([
  [
    'a tutorial',
    { id: 7, username: 'Ada', email: ' Ada@Example.com ', password_hash: hash },
    { id: '7', name: 'Ada' },
  ],
  [
    'Devise',
    { id: '7', email: 'ada@example.com', encrypted_password: hash, sign_in_count: '3' },
    { name: 'ada' },
  ],
  [
    'Laravel',
    { id: 7, name: 'Ada', email: 'ada@example.com', email_verified_at: null, password: hash },
    { name: 'Ada' },
  ],
  [
    'ASP.NET',
    { Id: 'a-1', UserName: 'Ada', Email: 'ada@example.com', PasswordHash: hash },
    { id: 'a-1', name: 'Ada' },
  ],
  [
    'Firebase',
    { localId: 'x', email: 'ada@example.com', passwordHash: hash, displayName: 'Ada' },
    { id: 'x', name: 'Ada' },
  ],
  [
    'no one',
    { ...ada, roles: '{admin,"user"}', disabled: 't' },
    { id: undefined, roles: ['admin', 'user'], disabled: true },
  ],
  ['a list', { ...ada, roles: ['admin'], disabled: false }, { roles: ['admin'], disabled: false }],
  ['odd names', { ...ada, name: `A\nda${'x'.repeat(200)}` }, { name: `A da${'x'.repeat(96)}` }],
])('reads a row as %s writes it', (_, row, expected) => {
  const person = toPerson(row as Record<string, unknown>, plain)
  expect(person).toMatchObject({ email: 'ada@example.com', passwordHash: hash, ...expected })
})

it.each<[string, object]>([
  ['no-email', { password: hash }],
  ['no-email', { ...ada, email: '' }],
  ['bad-email', { ...ada, email: 'ada' }],
  ['bad-id', { ...ada, id: 'a b' }],
  ['bad-roles', { ...ada, roles: 'ädmin' }],
  ['no-hash', { email: 'ada@example.com' }],
  ['no-hash', { ...ada, password: null }],
  ['unknown-hash', { ...ada, password: 'correct horse' }],
  ['too-costly-hash', { ...ada, password: hash.replace('$10$', '$20$') }],
])('says %s of a row that it leaves out', (reason, row) => {
  expect(toPerson(row as Record<string, unknown>, plain)).toBe(reason)
})

it('takes other columns, people without a hash, and hashes of Firebase', () => {
  const columns = { email: 'Mail', hash: 'pw' }
  expect(toPerson({ mail: 'ada@example.com', PW: hash, email: 'x' }, { ...plain, columns })).toMatchObject({
    email: 'ada@example.com',
    passwordHash: hash,
  })
  expect(toPerson({ email: 'ada@example.com' }, { ...plain, withoutHash: true })).toMatchObject({
    passwordHash: '!',
  })
  const signer = 'jxspr8Ki0RYycVU8zykbdA=='
  const firebase = `n=14,r=8,p=1,ss=Bw==,sk=${signer}`
  const row = { email: 'ada@example.com', passwordHash: signer, salt: '42xEC+ixf3L2lw==' }
  expect(toPerson(row, { ...plain, firebase })).toMatchObject({
    passwordHash: `$fbscrypt$v=1,${firebase}$42xEC+ixf3L2lw==$${signer}`,
  })
  expect(toPerson(row, plain)).toBe('unknown-hash')
})
