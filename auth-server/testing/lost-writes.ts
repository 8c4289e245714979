import { expect } from 'vitest'
import type { Child, startChild } from './child.ts'

/*
 * Sessions when their store loses its last writes: every one goes on with the newest token that was
 * handed out, and each healing is on record once.
 */

const SESSIONS = 20
const COPIES = 3

type Server = Awaited<ReturnType<typeof startChild>>

const sidOf = (refreshToken: string) => refreshToken.split('.')[1] ?? ''

/** Sessions of one new user. */
export async function signIn(server: Server): Promise<string[]> {
  const { email, password } = await server.newcomer()
  const replies = await Promise.all(
    Array.from({ length: SESSIONS }, () => server.post('/login', { json: { email, password } })),
  )
  return replies.map(({ body }) => body.refreshToken)
}

/** Renews each session, a different number of times. */
export async function rotate(server: Server, tokens: readonly string[]): Promise<string[]> {
  const renew = async (token: string, times: number): Promise<string> => {
    if (times === 0) return token
    const { status, body } = await server.refresh(token)
    expect(status).toBe(200)
    return await renew(body.refreshToken, times - 1)
  }
  return await Promise.all(tokens.map((token, i) => renew(token, 1 + (i % 5))))
}

const healings = (child: Child): { sid: string; from: number; to: number }[] =>
  child
    .output()
    .split('\n')
    .filter((line) => line.includes('"healed"'))
    .map((line) => JSON.parse(line))

/** Each token is presented several times at once; each session answers one child, and then goes on as ever. */
export async function expectHealed(server: Server, tokens: readonly string[], lost: (i: number) => number) {
  const children = await Promise.all(
    tokens.map(async (token) => {
      const replies = await Promise.all(Array.from({ length: COPIES }, () => server.refresh(token)))
      expect(replies.map(({ status }) => status)).toEqual(Array(COPIES).fill(200))
      expect(new Set(replies.map(({ body }) => body.refreshToken)).size).toBe(1)
      return replies[0]?.body.refreshToken as string
    }),
  )
  const expected = tokens.flatMap((token, i) => (lost(i) === 0 ? [] : [[sidOf(token), lost(i) + 1]]))
  const healed = healings(server).map(({ sid, from, to }) => [sid, to - from])
  expect(healed.sort()).toEqual(expected.sort())
  await rotate(server, children)
  expect(healings(server)).toHaveLength(expected.length)
}
