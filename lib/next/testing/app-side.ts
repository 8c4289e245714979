import { vi } from 'vitest'
import type { GatewayEvent } from '../../gateway/events/events.ts'
import type { GatewayOptions } from '../../gateway/options.ts'

/** A browser's cookies and one request of it, as `next/headers` shows them to an app. */
export function createVisitor() {
  const jar = new Map<string, string>()
  const headers = new Headers()
  return {
    jar,
    headers,
    /** Its `Cookie` header. */
    cookieHeader: () => [...jar].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; '),
    nextHeaders: {
      headers: async () => headers,
      cookies: async () => ({
        getAll: () => [...jar].map(([name, value]) => ({ name, value })),
        set(name: string, value: string, { maxAge }: { maxAge: number }) {
          if (maxAge > 0) jar.set(name, value)
          else jar.delete(name)
        },
      }),
    },
  }
}

/** The entry `evergate/next` as an app with this backend and environment has it, and what it tells. */
export async function appWith(
  { backend }: Pick<GatewayOptions, 'backend'>,
  environment: Readonly<Record<string, string>>,
) {
  vi.resetModules()
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  vi.doMock('evergate/next/backend', () => ({ default: backend }))
  const events: GatewayEvent[] = []
  vi.doMock('../log.ts', () => ({ logEvent: (event: GatewayEvent) => events.push(event) }))
  return { app: await import('../index.ts'), events }
}
