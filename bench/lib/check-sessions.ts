import type { Sessions } from '../subjects/subject.ts'

/**
 * Whether a subject checks sessions at all, before its speed is measured: with its session a request gets through,
 * without one or with one that was tampered with it does not.
 *
 * @param passes whether a request with this `Cookie` header reaches the page
 * @returns what is wrong, if anything
 */
export async function flawOf(
  sessions: Sessions,
  passes: (cookie: string) => Promise<boolean>,
): Promise<string | undefined> {
  const cookie = await sessions.cookie(1)
  if (!(await passes(cookie))) return 'a request with its session does not get through'
  if (await passes('')) return 'a request without a session gets through'
  const tampered = (sessions.tampered ?? tamperedInTheMiddle)(cookie)
  if (tampered === cookie) return 'its session could not be tampered with'
  if (await passes(tampered)) return 'a request with a session that was tampered with gets through'
  return undefined
}

function tamperedInTheMiddle(cookie: string): string {
  return cookie
    .split('; ')
    .map((pair) => {
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
      const at = Math.floor(value.length / 2)
      return `${name}=${value.slice(0, at)}${value[at] === 'A' ? 'B' : 'A'}${value.slice(at + 1)}`
    })
    .join('; ')
}
