import { z } from 'zod'
import { readHash } from '../../passwords/read-hash.ts'
import { email as emailSchema } from '../../routes/email.ts'
import type { NewUser } from '../../store/store.ts'

/** Why a row is left out. */
export type WhyLeftOut =
  | 'unreadable'
  | 'no-email'
  | 'bad-email'
  | 'bad-id'
  | 'bad-roles'
  | 'no-hash'
  | 'unknown-hash'
  | 'too-costly-hash'

/** A row as a user to be; without an id when the file has none. */
export interface Person extends Omit<NewUser, 'id'> {
  readonly id: string | undefined
  readonly disabled: boolean
}

/** How rows are read. */
export interface Reading {
  /** Names of columns, where they are none of the usual ones. */
  readonly columns: Readonly<Partial<Record<Column, string>>>
  /** Takes people without a hash, too: nobody can sign in as them before they have set a password. */
  readonly withoutHash: boolean
  /** The parameters of a Firebase project, which its hashes do not carry: `n=14,r=8,p=1,ss=…,sk=…`. */
  readonly firebase: string | undefined
}

/** Names of a column; the first that is there counts. */
const usual = {
  email: ['email', 'email_address', 'emailaddress', 'e_mail', 'normalizedemail'],
  hash: [
    'password_hash',
    'passwordhash',
    'encrypted_password',
    'password_digest',
    'hashed_password',
    'password',
    'hash',
  ],
  name: ['name', 'display_name', 'displayname', 'full_name', 'fullname', 'username', 'user_name'],
  id: ['id', 'user_id', 'userid', 'localid', 'uuid', '_id'],
  roles: ['roles', 'role'],
  disabled: ['disabled', 'is_disabled', 'blocked', 'banned'],
  salt: ['salt'],
} as const

/** The content of a row. */
export type Column = keyof typeof usual
export const columnNames = Object.keys(usual) as Column[]

const id = z.string().regex(/^[\x21-\x7e]{1,128}$/)
const role = z.string().regex(/^[\x21-\x7e]{1,64}$/)
const NAME_LENGTH = 100
/** No scheme reads it. */
const NO_HASH = '!'

/** A row of a file as a user to be, or why it is left out. */
export function toPerson(row: Readonly<Record<string, unknown>>, reading: Reading): Person | WhyLeftOut {
  const of = columnsOf(row, reading.columns)
  const email = emailSchema.safeParse(of('email'))
  if (!email.success) return of('email') === '' ? 'no-email' : 'bad-email'
  const given = of('id')
  if (given !== '' && !id.safeParse(given).success) return 'bad-id'
  const roles = rolesOf(of('roles'))
  if (!roles.every((each) => role.safeParse(each).success)) return 'bad-roles'
  const passwordHash = hashOf(of('hash'), of('salt'), reading)
  const read = passwordHash === NO_HASH ? 'unreadable' : readHash(passwordHash)
  if (passwordHash === NO_HASH && !reading.withoutHash) return 'no-hash'
  if (passwordHash !== NO_HASH && typeof read === 'string')
    return read === 'too-costly' ? 'too-costly-hash' : 'unknown-hash'
  const name = of('name')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, NAME_LENGTH)
  return {
    id: given === '' ? undefined : given,
    email: email.data,
    name: name || (email.data.split('@')[0] ?? ''),
    roles: roles.length > 0 ? roles : ['user'],
    passwordHash,
    disabled: /^(true|t|1|yes)$/i.test(of('disabled')),
  }
}

function columnsOf(
  row: Readonly<Record<string, unknown>>,
  columns: Reading['columns'],
): (column: Column) => string {
  const byName = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]))
  return (column) => {
    const names = columns[column] === undefined ? usual[column] : [columns[column].toLowerCase()]
    const value = names.map((name) => byName.get(name)).find((each) => each !== undefined && each !== null)
    return typeof value === 'string' ? value.trim() : value === undefined ? '' : JSON.stringify(value)
  }
}

/** `admin,user`, PostgreSQL's `{admin,user}`, or a list of JSON. */
function rolesOf(text: string): string[] {
  return text.split(/[\s,;{}[\]"]+/).filter((each) => each !== '')
}

function hashOf(hash: string, salt: string, { firebase }: Reading): string {
  if (hash === '') return NO_HASH
  return firebase !== undefined && salt !== '' ? `$fbscrypt$v=1,${firebase}$${salt}$${hash}` : hash
}
