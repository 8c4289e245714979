import type { ServerResponse } from 'node:http'
import { beforeEach, describe, expect, test } from 'vitest'
import { aged, asApi, cookieHeader, setCookies, signInAtAuthServer } from '../support/client.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile()

/** A refresh token with every character that careless handling breaks; a new one for each test. */
let awkward = ''
beforeEach(() => {
  awkward = `abc/def+ghi==.=x${Math.random()}=`
})

/** Renews once against a backend that answers as told, then once more, and returns what it was sent the second time. */
async function renewTwice(answer: (response: ServerResponse, accessToken: string) => void) {
  const signedIn = await signInAtAuthServer(stack)
  const expired = await aged(stack, signedIn)
  const refreshToken = `start=+/${Math.random()}`
  stack.line.set((_request, response) => answer(response, signedIn.accessToken))
  stack.line.forget()
  const ask = (cookie: string) => fetch(`${stack.app.url}/api/session`, { headers: { ...asApi, cookie } })
  const first = await ask(cookieHeader({ ...expired, refreshToken }))
  const cookies = setCookies(first)
  const kept = cookies.get('refreshToken')?.value ?? refreshToken
  await ask(cookieHeader({ accessToken: expired.accessToken, refreshToken: kept }))
  const [firstCall, secondCall] = stack.line.calls('/refreshtoken')
  return {
    first,
    cookies,
    refreshToken,
    firstSent: firstCall?.headers.cookie,
    secondSent: secondCall?.headers.cookie,
  }
}

describe('a backend that answers /refreshtoken', () => {
  test('with JSON alone: a refresh token with =, + and / arrives unharmed', async () => {
    const { first, cookies, refreshToken, firstSent, secondSent } = await renewTwice(
      (response, accessToken) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ accessToken, refreshToken: awkward, userData: { name: 'Ada' } })),
    )
    expect(first.headers.get('x-session')).toBe('renewed')
    expect(await first.json()).toMatchObject({ user: { name: 'Ada' } })
    expect(firstSent).toBe(`refreshToken=${refreshToken}`)
    expect(secondSent).toBe(`refreshToken=${awkward}`)
    expect(cookies.get('refreshToken')?.header).toContain('Max-Age=43200')
  })

  test('with Set-Cookie alone: its life is taken over, a comma in Expires does no harm', async () => {
    const expires = new Date(Date.now() + 3_600_000).toUTCString()
    const { first, cookies, secondSent } = await renewTwice((response, accessToken) =>
      response
        .writeHead(200, [
          ...['set-cookie', `accessToken=${accessToken}; Path=/; HttpOnly; Expires=${expires}`],
          ...['set-cookie', `refreshToken=${awkward}; Path=/; HttpOnly; Expires=${expires}`],
          ...['set-cookie', 'tracking=1; Path=/'],
        ])
        .end(),
    )
    expect(first.headers.get('x-session')).toBe('renewed')
    expect(secondSent).toBe(`refreshToken=${awkward}`)
    const life = Number(/Max-Age=(\d+)/.exec(cookies.get('refreshToken')?.header ?? '')?.[1])
    expect(life).toBeGreaterThan(3590)
    expect(life).toBeLessThanOrEqual(3600)
    expect(cookies.has('tracking')).toBe(false)
  })

  test('with both: the JSON wins', async () => {
    const { first, secondSent } = await renewTwice((response, accessToken) =>
      response
        .writeHead(200, [
          ...['content-type', 'application/json'],
          ...['set-cookie', 'accessToken=other; Path=/'],
          ...['set-cookie', 'refreshToken=other; Path=/'],
        ])
        .end(JSON.stringify({ accessToken, refreshToken: awkward })),
    )
    expect(first.headers.get('x-session')).toBe('renewed')
    expect(secondSent).toBe(`refreshToken=${awkward}`)
  })

  test('without a new refresh token: the old one stays', async () => {
    const { first, cookies } = await renewTwice((response, accessToken) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ accessToken })),
    )
    expect(first.headers.get('x-session')).toBe('renewed')
    expect(cookies.has('refreshToken')).toBe(false)
  })

  test('with so much user data that its cookie is too large: it travels in chunks (nextjs-auth0 #2011)', async () => {
    const { first, cookies } = await renewTwice((response, accessToken) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ accessToken, userData: { name: 'Ada', about: 'x'.repeat(5000) } })),
    )
    expect(await first.json()).toMatchObject({ user: { name: 'Ada' } })
    const chunks = [...cookies].filter(([name]) => name.startsWith('userDataEtls'))
    expect(chunks.map(([name]) => name)).toEqual(['userDataEtls.0', 'userDataEtls.1'])
    for (const [name, { value }] of chunks) expect(name.length + value.length).toBeLessThanOrEqual(4096)
  })

  test('with a token for somebody else’s audience: nothing is trusted, nobody is signed out', async () => {
    const { first } = await renewTwice((response, accessToken) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ accessToken: `${accessToken.slice(0, -4)}AAAA`, refreshToken: awkward })),
    )
    expect(first.status).toBe(503)
    expect(first.headers.get('x-session')).toBe('degraded')
    expect(first.headers.getSetCookie()).toEqual([])
  })
})
