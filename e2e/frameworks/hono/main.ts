import { serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { honoGateway } from 'evergate/hono'
import type { Visit } from 'evergate/web'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { rules } from '../rules.ts'
import { told } from '../told.ts'

const app = new Hono<{ Variables: { visit: Visit } }>()

app.use(honoGateway({ rules, address: (c: Context) => getConnInfo(c).remote.address }))

app.get('/', (c) => c.text(`Hello ${c.get('visit').session?.user.name ?? 'stranger'}`))
app.get('/dashboard', (c) => c.json(told(c.get('visit'), c.req.header('cookie') ?? null)))

app.post('/sign-in', async (c) => {
  const result = await c.get('visit').signIn(await c.req.json())
  return result.ok ? c.json(result.session) : c.json(result.error, 401)
})
app.post('/sign-out', async (c) => {
  await c.get('visit').signOut()
  return c.body(null, 204)
})

app.post('/notes', async (c) => c.text(await c.req.text()))
app.get('/moved', (c) => c.redirect('http://localhost/elsewhere'))
app.get('/login', (c) => c.text('/login'))
app.get('/admin', (c) => c.text('/admin'))

serve({ fetch: app.fetch, port: Number(process.env.PORT) })
