/** `node --env-file=.env.local auth-server.mjs`: the auth server over a table of users that an app has in PostgreSQL. */
// #region whole
import { createAuthRouter, openStore, purgePeriodically } from '@evergate/auth-server'
import express from 'express'
import pg from 'pg'

const { DATABASE_URL, STORE_URL = 'sqlite:./.data/auth.db', AUTH_PORT = '3001' } = process.env
const { ETLS_ACCESS = '', ETLS_REFRESH = '' } = process.env
const db = new pg.Pool({ connectionString: DATABASE_URL, query_timeout: 2000 })
/** @param {string} condition @param {string} value */
const userWhere = async (condition, value) => {
  const { rows } = await db.query(`select * from users where ${condition} and deleted_at is null`, [value])
  const [row] = rows
  if (!row) return undefined
  const { id, email, name, role, password_hash: passwordHash } = row
  return { id: String(id), email, name: name ?? email, roles: [role], passwordHash }
}

const store = await openStore(STORE_URL)
purgePeriodically(store)
const auth = createAuthRouter({
  store,
  users: {
    findByEmail: (email) => userWhere('lower(email) = $1', email),
    findById: (id) => userWhere('id::text = $1', id),
    replacePasswordHash: async (id, from, to) => {
      const update = 'update users set password_hash = $3 where id::text = $1 and password_hash = $2'
      return (await db.query(update, [id, from, to])).rowCount === 1
    },
  },
  keys: { accessTokens: { secret: ETLS_ACCESS }, refreshSecrets: ETLS_REFRESH.split(',') },
  routes: { register: false },
})

const url = `http://127.0.0.1:${AUTH_PORT}`
const app = express().use(auth)
app.listen(Number(AUTH_PORT), '127.0.0.1', () => console.log(`auth server: ${url}`))
// #endregion
