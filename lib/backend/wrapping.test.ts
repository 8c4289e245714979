import { describe, expect, it } from 'vitest'
import { readAccessToken } from '../gateway/token/access-token.ts'
import { createSealer } from '../gateway/token/sealed.ts'
import { apiServer, foreignJwt } from './testing/api-server.ts'
import { NOW, opened } from './testing/opened.ts'

const server = apiServer()
const inner = {
  access: foreignJwt({ sub: 'ann', exp: NOW + 300 }),
  refresh: foreignJwt({ sub: 'ann', exp: NOW + 9000 }),
}

async function session() {
  server.on('/in', { json: inner })
  const api = opened({ signIn: '/in', refresh: '/renew' }, server.url())
  return { api, ...(await api.begun(await api.signIn())) }
}

describe('RFC 8725 3.11: what one server calls a token passes as no other', () => {
  it('the backend’s tokens and the refresh cookie are no access tokens', async () => {
    const { api, refreshToken } = await session()
    for (const token of [inner.access, inner.refresh, refreshToken ?? '']) {
      const state = await readAccessToken(token, { ...api.settings, keys: api.keys }, NOW)
      expect(state.state).toBe('invalid')
    }
  })

  it('the backend’s tokens and the access cookie are no refresh cookies, and nobody is asked', async () => {
    const { api, accessToken } = await session()
    server.forget()
    for (const token of [inner.access, inner.refresh, accessToken])
      expect(await api.refresh(token)).toEqual({ result: 'refused', reason: 'invalid_refresh_token' })
    expect(server.arrived).toEqual([])
  })

  it('what was sealed as one kind opens as no other, with the same key', async () => {
    const sealer = createSealer((await session()).api.settings, 'a purpose')
    const kinds = ['refresh+jwe', 'sign-in+jwe', 'answer+jwe'] as const
    for (const sealedAs of kinds) {
      const sealed = await sealer.seal(sealedAs, { sub: 'ann' })
      for (const kind of kinds)
        expect(await sealer.open(kind, sealed), kind).toEqual(kind === sealedAs ? { sub: 'ann' } : null)
    }
  })
})

it('RFC 9700 4.14: no cookie shows the refresh token', async () => {
  const { accessToken, refreshToken } = await session()
  const texts = `${accessToken}.${refreshToken}`
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
  expect(texts.join()).not.toContain(inner.refresh)
  expect(texts.join()).not.toContain(inner.refresh.split('.')[1])
})
