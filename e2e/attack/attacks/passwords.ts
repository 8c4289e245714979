import { signInAtAuthServer } from '../../support/client.ts'
import type { Attack } from '../attack.ts'
import { holds } from '../attack.ts'
import { CALL, cookiesOf, newcomer, send, type Target } from '../target.ts'

/** Posts JSON to the auth server itself, as a direct attacker would. */
function post({ stack }: Target, path: string, body: object, headers: Record<string, string> = {}) {
  return fetch(stack.auth.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export const passwordAttacks: readonly Attack[] = [
  {
    name: 'a thief’s copy survives a password change',
    kind: 'ASVS 7.2.4',
    async run(target) {
      const account = await newcomer(target)
      const tokens = await signInAtAuthServer(target.stack, account)
      const changed = await post(
        target,
        '/password',
        { current: account.password, next: 'another-long-password-2' },
        { authorization: `Bearer ${tokens.accessToken}`, cookie: `refreshToken=${tokens.refreshToken}` },
      )
      holds(changed.status === 200, `the change answered ${changed.status}`)
      const fresh = (await changed.json()) as { refreshToken?: string }
      holds(typeof fresh.refreshToken === 'string', 'the answer holds no new session')
      const copy = await send(target, '/api/refreshresttokens', {
        method: 'POST',
        headers: { ...CALL, cookie: cookiesOf(target, { refreshToken: tokens.refreshToken }) },
      })
      holds(copy.status === 401, `the copy answered ${copy.status}`)
    },
  },
  {
    name: 'forged addresses lock the owner of an account out',
    kind: 'CWE-645',
    async run(target) {
      const account = await newcomer(target)
      const home = await send(target, '/login', { headers: { accept: 'text/html' } })
      holds(home.status === 200, 'there is no sign-in page')
      for (let i = 0; i < 30; i += 1)
        await post(
          target,
          '/login',
          { email: account.email, password: `wrong-${i}` },
          { 'x-forwarded-for': '198.51.100.7' },
        )
      const owner = await post(target, '/login', account, { 'x-forwarded-for': '203.0.113.20' })
      holds(owner.status === 200, `the owner was answered ${owner.status}`)
    },
  },
  {
    name: 'one address makes any number of accounts',
    kind: 'CWE-799',
    async run(target) {
      const statuses: number[] = []
      for (let i = 0; i < 200 && !statuses.includes(429); i += 1) {
        const email = `${crypto.randomUUID()}@example.com`
        const answer = await post(
          target,
          '/register',
          { email, password: 'a-long-enough-password-1', name: 'Somebody' },
          { 'x-forwarded-for': '198.51.100.77' },
        )
        statuses.push(answer.status)
        if (answer.status === 429) holds(answer.headers.has('retry-after'), '429 without Retry-After')
      }
      holds(statuses.includes(429), `${statuses.length} registrations passed`)
    },
  },
  {
    name: 'a burst of wrong passwords keeps renewals waiting',
    kind: 'CWE-400',
    alone: true,
    async run(target) {
      const refresh = async () => {
        const { refreshToken } = await signInAtAuthServer(target.stack)
        const began = performance.now()
        const answer = await fetch(`${target.stack.auth.url}/refreshtoken`, {
          method: 'POST',
          headers: { cookie: `refreshToken=${refreshToken}` },
        })
        holds(answer.status === 200, `a renewal answered ${answer.status}`)
        return performance.now() - began
      }
      const sessions = await Promise.all(Array.from({ length: 20 }, () => signInAtAuthServer(target.stack)))
      const burst = Array.from({ length: 500 }, (_, i) =>
        post(target, '/login', { email: `nobody-${i}@example.com`, password: 'wrong-password-1' }),
      )
      const times = await Promise.all(
        sessions.map(async ({ refreshToken }) => {
          const began = performance.now()
          const answer = await fetch(`${target.stack.auth.url}/refreshtoken`, {
            method: 'POST',
            headers: { cookie: `refreshToken=${refreshToken}` },
          })
          holds(answer.status === 200, `a renewal in the burst answered ${answer.status}`)
          return performance.now() - began
        }),
      )
      const ended = await Promise.all(burst)
      const refused = ended.filter(({ status }) => status === 503 || status === 429)
      holds(refused.length > 250, `${500 - refused.length} of 500 were hashed`)
      holds(Math.max(...times) < 5000, `a renewal took ${Math.max(...times).toFixed(0)} ms`)
      await refresh()
    },
  },
]
