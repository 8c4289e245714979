import { headers } from 'next/headers'
import { below } from '../../_lib/base-path'

/** The answer to a thief: a page of the app, or the way to the sign-in page with its reason. */
export type Stolen = {
  readonly status: number
  readonly outcome: string
  readonly reason: string | null
  /** As it came: `Set-Cookie`, one each. */
  readonly setCookies: readonly string[]
}

/** Somebody else's browser with a copy of these cookies: it comes through the gateway as any other, and has no key. */
export function thiefWith(copied: readonly { readonly name: string; readonly value: string }[]) {
  const jar = new Map(copied.map(({ name, value }) => [name, value]))
  return {
    /** Loses what has come to its end by then. */
    lose(ended: RegExp): void {
      for (const name of [...jar.keys()].filter((each) => ended.test(each))) jar.delete(name)
    },
    /** @throws where the app cannot be asked from here. */
    async open(path: string): Promise<Stolen> {
      const response = await fetch(`http://localhost:${process.env.PORT || 3000}${below(path)}`, {
        headers: {
          ...(await asTheVisitor()),
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
          accept: 'text/html',
          'sec-fetch-dest': 'document',
          'sec-fetch-mode': 'navigate',
          'sec-fetch-site': 'none',
          'user-agent': 'somebody else',
        },
        redirect: 'manual',
        cache: 'no-store',
        signal: AbortSignal.timeout(10_000),
      })
      await response.body?.cancel()
      const setCookies = response.headers.getSetCookie()
      for (const cookie of setCookies) keep(cookie)
      const location = response.headers.get('location')
      return {
        status: response.status,
        outcome: response.headers.get('x-session') ?? 'none',
        reason: location && new URL(location, 'http://localhost').searchParams.get('reason'),
        setCookies,
      }
    },
  }

  function keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (/;\s*max-age=0/i.test(cookie)) jar.delete(name)
    else jar.set(name, value)
  }
}

/** The scheme and host that the proxy in front of the app has told, which TLS of its own would need a certificate for. */
async function asTheVisitor(): Promise<Record<string, string>> {
  const received = await headers()
  const names = ['x-forwarded-proto', 'x-forwarded-host']
  return Object.fromEntries(
    names.flatMap((name) => [[name, received.get(name)]]).filter(([, value]) => value),
  )
}
