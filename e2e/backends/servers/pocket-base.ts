import { randomUUID } from 'node:crypto'
import { ANNA, createLedger, jwt, now, readJwt } from '../support/ledger.ts'
import { startBackend } from '../support/server.ts'

/** PocketBase: one JWT without `typ` and `iat` that refreshes itself; the API takes it bare. */
export async function startPocketBase() {
  const key = randomUUID() + randomUUID()
  const ledger = createLedger({ rotates: false })
  const tokens = new Map<string, string>()
  const record = { id: 'u42abcdefghijkl', collectionName: 'users', email: ANNA.email, name: ANNA.name }
  const answer = ({ refreshToken }: { refreshToken: string }) => {
    const claims = { collectionId: '_pb_users_auth_', id: record.id, refreshable: true, type: 'auth' }
    const token = jwt({ ...claims, exp: now() + 604800, nonce: randomUUID() }, key, { typ: null })
    tokens.set(token, refreshToken)
    return { status: 200, body: { token, record } }
  }
  const bare = (header: string | undefined) => (header ?? '').replace(/^Bearer /, '')
  const invalid = (status: number) => ({ status, body: { data: {}, message: 'Invalid.', status } })
  const backend = await startBackend({
    'POST /api/collections/users/auth-with-password': ({ body }) =>
      body.identity === ANNA.email && body.password === ANNA.password ? answer(ledger.begin()) : invalid(400),
    'POST /api/collections/users/auth-refresh': ({ headers }) => {
      const pair = ledger.refresh(tokens.get(bare(headers.authorization)))
      return pair ? answer(pair) : invalid(401)
    },
    'GET /api/collections/notes/records': ({ headers }) =>
      readJwt(bare(headers.authorization), key) ? { status: 200, body: { items: [] } } : invalid(403),
  })
  /** There is no sign-out there; an administrator's reset ends every token. */
  const endAll = () => {
    for (const refreshToken of tokens.values()) ledger.end(refreshToken)
  }
  return { ...backend, ledger, endAll }
}
