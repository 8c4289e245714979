import type { Attack } from '../attack.ts'
import { holds } from '../attack.ts'
import { cookiesOf, dueSession, newcomer, PAGE, send, type Target } from '../target.ts'

/** A refresh token that nobody handed out. */
const madeUp = (length: number) => `r1.${crypto.randomUUID()}.${'A'.repeat(Math.max(0, length - 40))}`

/** Asks for a page with a refresh token, and says what became of it. */
const visit = (target: Target, refreshToken: string, headers: Record<string, string> = PAGE) =>
  send(target, '/dashboard', { headers: { ...headers, cookie: cookiesOf(target, { refreshToken }) } })

export const renewalAttacks: readonly Attack[] = [
  {
    name: '100 connections with made-up refresh tokens stop the renewals of 200 people',
    kind: 'CWE-400',
    async run(target) {
      const sessions = []
      while (sessions.length < 200)
        sessions.push(...(await Promise.all(Array.from({ length: 10 }, () => dueSession(target)))))
      let over = false
      const attackers = Array.from({ length: 100 }, async (_, i) => {
        for (let n = 0; !over && n < 40; n += 1)
          await visit(target, madeUp([60, 4000, 5000, 15_000][(i + n) % 4] ?? 60)).catch(() => {})
      })
      const refused: string[] = []
      for (let i = 0; i < sessions.length; i += 50)
        await Promise.all(
          sessions.slice(i, i + 50).map(async (session) => {
            const { status, headers } = await send(target, '/dashboard', {
              headers: { ...PAGE, cookie: cookiesOf(target, session) },
            })
            if (status !== 200 || headers['x-session'] !== 'renewed')
              refused.push(`${status} ${headers['x-session']}`)
          }),
        )
      over = true
      await Promise.all(attackers)
      holds(refused.length === 0, `${refused.length} of 200 honest renewals were refused: ${refused[0]}`)
    },
  },
  {
    name: 'a refresh token of more than 4,096 bytes is asked about',
    kind: 'CWE-400',
    async run(target) {
      const { line } = target.stack
      const token = madeUp(4200)
      const { status } = await visit(target, token)
      holds(status === 303, `answered ${status}`)
      const calls = line.calls().filter(({ headers }) => headers.cookie?.includes(token))
      holds(calls.length === 0, 'the backend was asked')
    },
  },
  {
    name: 'the memory of a renewal answers somebody who looks like nobody who renewed',
    kind: 'CWE-294',
    async run(target) {
      const session = await dueSession(target, await newcomer(target))
      const { line } = target.stack
      const victim = { ...PAGE, 'user-agent': 'Victim/1.0' }
      await visit(target, session.refreshToken, victim)
      const before = line.calls('/refreshtoken').length
      await visit(target, session.refreshToken, { ...PAGE, 'user-agent': 'Thief/1.0' })
      holds(
        line.calls('/refreshtoken').length > before,
        'the thief was answered without a question to the auth server',
      )
      holds(/"level":"?(warn|40)/.test(target.stack.auth.output()), 'nothing was logged at warn')
    },
  },
  {
    name: 'hundreds of cookies of one name draw hundreds of Set-Cookie headers',
    kind: 'CWE-405',
    alone: true,
    async run(target) {
      const name = `${target.prefix}accessToken`
      const chunks = Array.from({ length: 90 }, (_, i) => `${name}.${i}=a; ${name}.${i}=b`)
      const many = Array.from({ length: 200 }, () => `${name}=x`)
      for (const cookie of [chunks.join('; '), many.join('; ')]) {
        const { setCookies } = await send(target, '/', { headers: { ...PAGE, cookie } })
        holds(setCookies.length <= 40, `${setCookies.length} Set-Cookie headers`)
      }
    },
  },
]
