/** `node docs/examples/express-app/main.ts`: an app with users, routes and errors of its own, and the auth server under /auth. */
import {
  createAuthRouter,
  generateRefreshSecret,
  generateSigningKeys,
  hashPassword,
  openStore,
  purgePeriodically,
  StoreError,
} from '@evergate/auth-server'
import express, { type ErrorRequestHandler } from 'express'
import { openPeople } from './people.ts'

const { PORT = '3002', DATABASE = ':memory:', STORE_URL = 'sqlite::memory:' } = process.env
const people = openPeople(DATABASE)
people.add('ada@example.com', 'Ada', 'member', await hashPassword('an example sentence'))
people.add('root@example.com', 'Root', 'admin', await hashPassword('another example sentence'))

// New at each start, which is for an example only: keep yours with your other secrets.
const signingKeys = process.env.SIGNING_KEYS ?? (await generateSigningKeys())
const refreshSecrets = process.env.ETLS_REFRESH?.split(',') ?? [generateRefreshSecret()]

// #region mount
const store = await openStore(STORE_URL)
const stopPurging = purgePeriodically(store)
const auth = createAuthRouter({
  store,
  users: people.users,
  keys: { accessTokens: { signingKeys }, refreshSecrets },
  routes: { register: false },
  onEvent: (event) => console.log(JSON.stringify(event)),
})

const app = express()
app.use(express.json({ limit: '1mb' }))
app.use('/auth', auth)
// #endregion

app.post('/auth/register', (_req, res) => {
  res.status(403).json({ message: 'By invitation only.' })
})

// #region routes
app.get('/hello', async (req, res) => {
  const caller = await auth.callerOf(req)
  res.json({ hello: caller?.user.name ?? 'stranger' })
})

app.post('/people/:id/deactivate', async (req, res) => {
  const caller = await auth.callerOf(req)
  if (!caller?.user.roles.includes('admin')) return void res.status(403).json({ message: 'For admins.' })
  // The table first: a sign-in under way looks at it again once its session is there.
  if (!people.deactivate(req.params.id)) return void res.status(404).json({ message: 'Nobody has this id.' })
  res.json({ ended: await auth.endSessionsOf(req.params.id, 'user-disabled') })
})
// #endregion

app.post('/echo', (req, res) => {
  res.json(req.body)
})

app.get('/broken', () => {
  throw new Error('broken on purpose')
})

app.use((_req, res) => {
  res.status(404).json({ message: 'This app has no such page.' })
})

const answerError: ErrorRequestHandler = (error, _req, res, _next) => {
  const status = error instanceof StoreError ? 503 : (error.status ?? 500)
  res.status(status).json({ message: 'This app cannot do that now.' })
}
app.use(answerError)

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  console.log(`app: http://127.0.0.1:${typeof address === 'object' ? address?.port : PORT}`)
})

process.once('SIGTERM', () => {
  stopPurging()
  server.close(async () => {
    await store.close()
    process.exit(0)
  })
  server.closeIdleConnections()
})
