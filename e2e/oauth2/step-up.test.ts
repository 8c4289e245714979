import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApp, listen } from './app.ts'
import { CLIENT_SECRET, newKey, startProvider } from './provider.ts'
import { createVisitor } from './visitor.ts'

let place: Awaited<ReturnType<typeof listen>>
let provider: Awaited<ReturnType<typeof startProvider>>

beforeAll(async () => {
  place = await listen()
  provider = await startProvider(place.url, await newKey('client-key'))
})

afterAll(() => {
  provider.close()
  place.server.closeAllConnections()
  place.server.close()
})

const LIMIT = 300
const sessionOn = ({ body }: { body: string }) => JSON.parse(body).session

it('RFC 9470 with an OpenID provider: an old sign-in leads to the password, whatever the provider’s cookie says, and back', async () => {
  const clock = { ahead: 0 }
  const { serve } = createApp(
    place.url,
    {
      issuer: provider.issuer,
      clientId: 'basic',
      clientAuthentication: { method: 'client_secret_basic', secret: CLIENT_SECRET },
    },
    {
      clock: () => Date.now() + clock.ahead,
      rules: [
        { path: '/login', require: 'public' },
        { path: '/auth/:path*', require: 'public' },
        { path: '/pay', require: { authenticatedWithin: LIMIT } },
        { path: '/vault', require: { acr: ['urn:gold'] } },
      ],
    },
  )
  place.server.on('request', serve)
  const visitor = createVisitor()
  await visitor.signIn(place.url)

  // The provider was not asked for `auth_time`, and a session of unknown age is not young.
  const first = await visitor.visit(`${place.url}/pay?bill=7`)
  expect(first.url).toBe(`${place.url}/login?returnTo=%2Fpay%3Fbill%3D7&reason=reauthenticate&max_age=300`)

  /** As the sign-in page does, which hands its parameters on. */
  const again = async ({ url }: { url: string }) => {
    const form = await visitor.visit(`${place.url}/auth/signin${new URL(url).search}`)
    expect(form.body).toContain('type="password"')
    const next = await visitor.submit(form, { login: 'ann', password: 'x' })
    return next.url.startsWith(place.url) ? next : visitor.submit(next)
  }
  const paid = await again(first)
  expect([paid.status, paid.url]).toEqual([200, `${place.url}/pay?bill=7`])
  const { authenticatedAt, sid } = sessionOn(paid)
  expect(Math.abs(Date.now() / 1000 - authenticatedAt)).toBeLessThan(60)
  expect(sessionOn(await visitor.visit(`${place.url}/pay`))).toMatchObject({ authenticatedAt, sid })

  // A renewal makes nobody young.
  await visitor.dropAccessToken(place.url)
  const renewed = await visitor.visit(`${place.url}/pay`)
  expect([renewed.headers.get('x-session'), sessionOn(renewed).authenticatedAt]).toEqual([
    'renewed',
    authenticatedAt,
  ])

  clock.ahead = (LIMIT + 90) * 1000
  expect((await visitor.visit(`${place.url}/pay`)).url).toContain(
    '/login?returnTo=%2Fpay&reason=reauthenticate',
  )
  clock.ahead = 0

  // This provider knows no `acr`, and says so by its silence.
  const vault = await visitor.visit(`${place.url}/vault`)
  expect(vault.url).toContain('reason=reauthenticate&acr_values=urn%3Agold')
  // Without `prompt=login` it only asks whether the app may know the person, and begins no other sign-in.
  const consent = await visitor.visit(`${place.url}/auth/signin${new URL(vault.url).search}`)
  expect((await visitor.submit(consent)).url).toBe(
    `${place.url}/login?error=unmet_authentication_requirements`,
  )
})
