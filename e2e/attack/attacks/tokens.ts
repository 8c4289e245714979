import { SignJWT } from 'jose'
import { claimsOf, signInAtAuthServer } from '../../support/client.ts'
import type { Attack } from '../attack.ts'
import { holds } from '../attack.ts'
import { CALL, cookiesOf, PAGE, send } from '../target.ts'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

export const tokenAttacks: readonly Attack[] = [
  {
    name: 'a forged access token lets somebody in',
    kind: 'RFC 8725, CWE-347',
    async run(target) {
      const { accessToken } = await signInAtAuthServer(target.stack)
      const [header = '', payload = '', signature = ''] = accessToken.split('.')
      const claims = claimsOf(accessToken)
      const secret = new TextEncoder().encode(target.stack.accessSecret)
      const sign = (more: object, head: object) =>
        new SignJWT({ ...claims, ...more })
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...head })
          .sign(secret)
      const forged = [
        `${part({ alg: 'none', typ: 'at+jwt' })}.${payload}.`,
        `${part({ alg: 'None', typ: 'at+jwt' })}.${payload}.${signature}`,
        `${header}.${part({ ...claims, roles: ['admin'] })}.${signature}`,
        `${header}.${payload}.`,
        `${header}.${payload}.${signature}x`,
        `${header}.${payload}.${signature}=`,
        `${accessToken}.`,
        `${accessToken}.${signature}`,
        await sign({}, { typ: 'JWT' }),
        await sign({ aud: 'another-app' }, {}),
        await sign({ iss: 'somebody' }, {}),
        await sign({ exp: 1 }, {}),
        await sign({ nbf: 4_000_000_000 }, {}),
        await sign({ sub: undefined }, {}),
        await sign({ sid: undefined }, {}),
        await new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .sign(new Uint8Array(32)),
        await new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', crit: ['b64'], b64: true })
          .sign(secret),
      ]
      for (const [index, token] of forged.entries()) {
        const headers = { ...PAGE, cookie: cookiesOf(target, { accessToken: token }) }
        const { status } = await send(target, '/dashboard', { headers })
        holds(status === 303, `forged token ${index} answered ${status}`)
      }
    },
  },
  {
    name: 'a token for one purpose passes for another',
    kind: 'RFC 8725 3.11',
    async run(target) {
      const tokens = await signInAtAuthServer(target.stack)
      const { setCookies } = await send(target, '/dashboard', {
        headers: { ...PAGE, cookie: cookiesOf(target, { refreshToken: tokens.refreshToken }) },
      })
      const [, userData = ''] = /userDataEtls=([^;]+)/.exec(setCookies.join('\n')) ?? []
      holds(userData !== '', 'there is no user data to try')
      for (const accessToken of [userData, tokens.refreshToken]) {
        const { status } = await send(target, '/dashboard', {
          headers: { ...PAGE, cookie: cookiesOf(target, { accessToken }) },
        })
        holds(status === 303, `answered ${status}`)
      }
    },
  },
  {
    name: 'a copied session goes on after the sign-out',
    kind: 'ASVS 7.4.1',
    async run(target) {
      const tokens = await signInAtAuthServer(target.stack)
      const copy = cookiesOf(target, tokens)
      await send(target, '/api/logout', { method: 'POST', headers: { ...CALL, cookie: copy } })
      const { status } = await send(target, '/api/refreshresttokens', {
        method: 'POST',
        headers: { ...CALL, cookie: cookiesOf(target, { refreshToken: tokens.refreshToken }) },
      })
      holds(status === 401, `the copied refresh token answered ${status}`)
    },
  },
  {
    name: 'a cookie that a sibling host wrote is believed',
    kind: 'CWE-384',
    async run(target) {
      const { accessToken } = await signInAtAuthServer(target.stack)
      const name = `${target.prefix}accessToken`
      const tries = [
        `${name} =${accessToken}`,
        `${name}\u00a0=${accessToken}`,
        `${name}=${accessToken}; ${name}=x`,
        `${name}.0=${accessToken}; ${name}.0=x`,
      ]
      for (const cookie of tries) {
        const bytes = Buffer.from(cookie, 'latin1').toString('latin1')
        const page = await send(target, '/dashboard', { headers: { ...PAGE, cookie: bytes } })
        const isTwin = page.status === 303 || (page.status === 200 && page.headers['x-session'] === 'active')
        holds(isTwin, `${cookie.slice(0, 30)} answered ${page.status}, ${page.headers['x-session']}`)
        if (cookie.includes('; ')) holds(page.status === 303, 'a name that came twice was believed')
      }
    },
  },
]
