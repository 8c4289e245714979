/** The table of users that this app had before it had an auth server: its own names, its own ids. */
import { DatabaseSync } from 'node:sqlite'
import type { AppUser, AppUsers } from '@evergate/auth-server'

interface Row {
  id: number
  email: string
  full_name: string
  role: string
  password: string
  active: number
}

export function openPeople(path: string) {
  const db = new DatabaseSync(path)
  db.exec(`create table if not exists people (
    id integer primary key, email text not null unique, full_name text not null, role text not null,
    password text not null, active integer not null default 1)`)

  /** Its four functions are all that the auth server knows of this table. */
  const users: AppUsers = {
    findByEmail: (email) => toUser(db.prepare('select * from people where lower(email) = ?').get(email)),
    findById: (id) => toUser(db.prepare('select * from people where id = ?').get(id)),
    create({ email, name, passwordHash }) {
      const insert = db.prepare(
        `insert into people (email, full_name, role, password) values (?, ?, 'member', ?)
         on conflict do nothing returning *`,
      )
      return toUser(insert.get(email, name, passwordHash))
    },
    replacePasswordHash(id, from, to) {
      const update = db.prepare('update people set password = ? where id = ? and password = ?')
      return update.run(to, id, from).changes === 1
    },
  }

  return {
    users,
    add(email: string, name: string, role: string, passwordHash: string) {
      const insert = db.prepare(
        'insert or ignore into people (email, full_name, role, password) values (?, ?, ?, ?)',
      )
      insert.run(email, name, role, passwordHash)
    },
    deactivate(id: string): boolean {
      return db.prepare('update people set active = 0 where id = ?').run(id).changes === 1
    },
  }
}

function toUser(found: unknown): AppUser | undefined {
  if (found === undefined) return undefined
  const { id, email, full_name, role, password, active } = found as Row
  return {
    id: String(id),
    email,
    name: full_name,
    roles: [role],
    passwordHash: password,
    disabled: active === 0,
  }
}
