import { expect } from 'vitest'
import { asDocument, setCookies } from '../../support/client.ts'
import { hiddenFields } from '../../support/forms.ts'
import type { Place } from './app.ts'

/** Somebody with an account at the auth server. */
export type Person = { readonly email: string; readonly password: string; readonly name: string }

export async function register({ auth }: Place, name: string): Promise<Person> {
  const person = { name, email: `${name}@example.com`, password: `a long sentence of ${name}` }
  const answer = await fetch(`${auth.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
  })
  expect(answer.status).toBe(201)
  return person
}

/** The names and values of a session's cookies. */
export type Session = ReadonlyMap<string, string>

/** As a browser without JavaScript: the page that asked for it sends to the form, and the form is posted. */
export async function signIn(
  { app: { url } }: Pick<Place, 'app'>,
  { email, password }: Pick<Person, 'email' | 'password'>,
  fields: Readonly<Record<string, string>> = {},
): Promise<Session> {
  const refused = await fetch(`${url}/dashboard`, { headers: asDocument, redirect: 'manual' })
  expect([refused.status, refused.headers.get('location')]).toEqual([303, '/login?returnTo=%2Fdashboard'])
  const login = await fetch(`${url}/login`, { headers: asDocument })
  const form = hiddenFields(await login.text(), 'email')
  for (const [name, value] of Object.entries({ ...fields, email, password })) form.set(name, value)
  const headers = { ...asDocument, 'sec-fetch-site': 'same-origin', origin: url }
  const answer = await fetch(`${url}/login`, { method: 'POST', headers, body: form, redirect: 'manual' })
  expect(answer.headers.get('location')).toMatch(/\/dashboard$/)
  return new Map([...setCookies(answer)].map(([name, { value }]) => [name, value]))
}

export const cookieOf = (session: Session, ...names: readonly string[]) =>
  [...session]
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map((pair) => pair.join('='))
    .join('; ')

/** The names of a session's cookies: the gateway's own, or those that `init` gives an app. */
const namesIn = (session: Session) =>
  [/^refreshToken$|-refresh$/, /^accessToken$|-access$/].map(
    (pattern) => [...session.keys()].find((name) => pattern.test(name)) ?? '',
  ) as [string, string]

/** A page as a browser asks for it whose access token has ended: the refresh token alone. */
export async function expectRenewal(
  { app: { url } }: Pick<Place, 'app'>,
  session: Session,
  path: string,
  text: string,
) {
  const [refreshToken, accessToken] = namesIn(session)
  const page = await fetch(url + path, {
    headers: { ...asDocument, cookie: cookieOf(session, refreshToken) },
  })
  expect([page.status, page.headers.get('x-session')]).toEqual([200, 'renewed'])
  // React writes a comment between two texts.
  expect((await page.text()).replaceAll('<!-- -->', '')).toContain(text)
  const renewed = setCookies(page)
  expect(renewed.get(refreshToken)?.value).not.toBe(session.get(refreshToken))
  expect(renewed.get(accessToken)?.header).toContain('HttpOnly')
  const active = await fetch(url + path, {
    headers: { ...asDocument, cookie: `${accessToken}=${renewed.get(accessToken)?.value}` },
  })
  expect([active.status, active.headers.get('x-session')]).toEqual([200, 'active'])
}

/** Next's words for pages that are not made for prerendering, and for everything else that it cannot do. */
export const expectNoProblems = (place: Pick<Place, 'app'>) =>
  expect(place.app.output()).not.toMatch(
    /⨯|Error:|outside of|unstable value|Date\.now\(\)|⚠ (?!The "middleware"|metadataBase)/,
  )
