import { signInAtAuthServer } from '../../support/client.ts'
import type { Attack } from '../attack.ts'
import { holds } from '../attack.ts'
import { CALL, cookiesOf, PAGE, send } from '../target.ts'

const DOTS = ['..', '%2e%2e', '.%2e', '%252e%252e', '%25252e%25252e', '..;', '%2e.']
const SLASHES = ['/', '%2f', '%252f', '\\', '%5c', '%255c', '//']

/** Ways to write `/admin` that some decoder may take for it. */
function spellings(): string[] {
  const words = [
    'admin',
    '%61dmin',
    '%2561dmin',
    'ADMIN',
    'admin.rsc',
    'admin.segments/_tree.segment.rsc',
    'admin%00',
    'admin;x',
  ]
  const starts = [
    '/',
    '//',
    '/./',
    '/x/../',
    '/%2e/',
    '/login/..%2f',
    '/login/%2e%2e/',
    '/_next/../',
    '/_next/data/x/..%2f..%2f..%2f',
  ]
  const ends = ['', '/', '//', '/.', '?x=1', '.json', '%20', '%2f']
  return starts.flatMap((start) => words.flatMap((word) => ends.map((end) => start + word + end)))
}

export const pathAttacks: readonly Attack[] = [
  {
    name: 'a spelling of /admin opens it without the role, or without a session',
    kind: 'CWE-22, CWE-289',
    async run(target) {
      const { accessToken } = await signInAtAuthServer(target.stack)
      const cookie = cookiesOf(target, { accessToken })
      const tries = spellings().flatMap((path) =>
        [PAGE, { ...PAGE, cookie }].map((headers) => ({ path, headers })),
      )
      const asOne = async () => {
        for (let one = tries.pop(); one; one = tries.pop()) {
          const { body, status } = await send(target, one.path, { headers: one.headers })
          holds(!(status === 200 && body.includes('>Admin<')), `${one.path} shows the page`)
        }
      }
      await Promise.all(Array.from({ length: 8 }, asOne))
    },
  },
  {
    name: 'encoded dots and slashes leave the base path of the API',
    kind: 'CWE-22',
    async run(target) {
      const { line } = target.stack
      const cookie = cookiesOf(target, await signInAtAuthServer(target.stack))
      const before = line.calls().length
      for (const dots of DOTS)
        for (const slash of SLASHES) {
          const { status } = await send(target, `/api/backend/a${slash}${dots}${slash}${dots}${slash}livez`, {
            headers: { ...CALL, cookie },
          })
          holds(status >= 300, `${dots}${slash} answered ${status}`)
        }
      const climbing = line
        .calls()
        .slice(before)
        .map(({ path }) => path)
        .filter((path) => /(^|[/\\])\.\.?([/\\]|$)/.test(decodeAll(path)) || path === '/livez')
      holds(climbing.length === 0, `the API was asked for ${climbing[0]}`)
    },
  },
  {
    name: 'returnTo leads to another site after a sign-in',
    kind: 'CWE-601',
    async run(target) {
      const cookie = cookiesOf(target, await signInAtAuthServer(target.stack))
      const tricks = [
        '//',
        '/\\',
        '\\\\',
        '/%09/',
        '/%5c',
        'https:',
        'javascript:',
        '/.//',
        '/%2f/',
        '///',
        '@',
        '/%0d%0a/',
        'http:///',
      ]
      for (const trick of tricks)
        for (const encode of [encodeURIComponent, (text: string) => text]) {
          const path = `/login?returnTo=${encode(`${trick}evil.example`)}`
          const { headers } = await send(target, path, { headers: { ...PAGE, cookie } })
          const location = headers.location ?? '/'
          holds(
            new URL(location, target.url).host === new URL(target.url).host,
            `${path} leads to ${location}`,
          )
        }
    },
  },
  {
    name: 'a sign-in page that returns to itself loops',
    kind: 'CWE-835',
    async run(target) {
      const cookie = cookiesOf(target, await signInAtAuthServer(target.stack))
      let path = '/login?returnTo=/login'
      for (let hop = 0; hop < 5; hop += 1) {
        const { status, headers } = await send(target, path, { headers: { ...PAGE, cookie } })
        if (status < 300 || status >= 400) return
        const next = new URL(headers.location ?? '/', target.url)
        path = next.pathname + next.search
      }
      holds(false, `five redirects, and then ${path}`)
    },
  },
]

function decodeAll(path: string): string {
  try {
    const once = decodeURIComponent(path)
    return once === path ? path : decodeAll(once)
  } catch {
    return path
  }
}
