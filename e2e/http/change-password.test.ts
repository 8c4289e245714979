import { beforeEach, describe, expect, test } from 'vitest'
import {
  ADMIN,
  asApi,
  asDocument,
  claimsOf,
  cookieHeader,
  DEMO,
  setCookies,
  signInAtAuthServer,
} from '../support/client.ts'
import { hiddenFields } from '../support/forms.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile()
beforeEach(() => stack.line.forget())

const ask = (path: string, cookie: string, init: RequestInit = {}) =>
  fetch(`${stack.app.url}${path}`, {
    ...init,
    redirect: 'manual',
    headers: { ...asApi, ...init.headers, cookie },
  })

const cookiesOf = (response: Response) =>
  [...setCookies(response)].map(([name, { value }]) => `${name}=${value}`).join('; ')

const refreshStatus = async (refreshToken: string) => {
  const headers = { cookie: `refreshToken=${refreshToken}` }
  return (await fetch(`${stack.auth.url}/refreshtoken`, { method: 'POST', headers })).status
}

describe('ASVS 7.2.4: a change of the password', () => {
  test('in the form begins a session, ends the old one, and no answer under way brings that back', async () => {
    const old = await signInAtAuthServer(stack)
    const cookie = cookieHeader(old)
    const page = await fetch(`${stack.app.url}/sessions`, { headers: { ...asDocument, cookie } })
    const form = hiddenFields(await page.text(), 'current-password')
    form.set('current-password', DEMO.password)
    form.set('new-password', 'another secret sentence')
    const changed = await ask('/sessions', cookie, {
      method: 'POST',
      headers: { ...asDocument, 'sec-fetch-site': 'same-origin' },
      body: form,
    })
    expect(changed.status).toBe(200)
    expect(await changed.text()).toContain('Your password is changed.')
    const issued = setCookies(changed)
    const accessToken = issued.get('accessToken')?.value ?? ''
    expect(claimsOf(accessToken).sid).not.toBe(claimsOf(old.accessToken).sid)
    expect(await refreshStatus(old.refreshToken)).toBe(403)

    const session = await ask('/api/session', cookiesOf(changed))
    expect([session.status, session.headers.get('x-session')]).toEqual([200, 'active'])
    // An answer to the old session that comes late overwrites its cookies; the mark stays.
    const overwritten = `${cookie}; signedOut=${issued.get('signedOut')?.value}`
    const late = await ask('/api/session', overwritten)
    expect([late.status, late.headers.get('x-session')]).toEqual([401, 'ended'])
    expect(await refreshStatus(issued.get('refreshToken')?.value ?? '')).toBe(200)
  })

  test('through the proxy’s path hands no token to the script that asks', async () => {
    const old = await signInAtAuthServer(stack, ADMIN)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ current: ADMIN.password, next: 'another secret sentence' })
    const changed = await ask('/api/backend/password', cookieHeader(old), { method: 'POST', headers, body })
    expect(changed.status).toBe(200)
    expect(changed.headers.get('cache-control')).toBe('private, no-store')
    expect(await changed.json()).toEqual({
      user: expect.objectContaining({ email: ADMIN.email }),
      expiresAt: expect.any(Number),
    })
    expect(await refreshStatus(old.refreshToken)).toBe(403)
    const session = await ask('/api/session', cookiesOf(changed))
    expect([session.status, session.headers.get('x-session')]).toEqual([200, 'active'])

    const again = await ask('/api/backend/password', cookiesOf(changed), { method: 'POST', headers, body })
    expect([again.status, ((await again.json()) as { error: string }).error]).toEqual([
      401,
      'invalid_credentials',
    ])
    expect(again.headers.getSetCookie()).toEqual([])
    const odd = await ask('/api/backend/password', cookiesOf(changed), { method: 'POST', headers, body: '[' })
    expect([odd.status, odd.headers.getSetCookie()]).toEqual([422, []])
  })
})
