import { boundedText } from '../gateway/bounded-text.ts'
import { act } from './act.ts'
import type { SecurityEventOptions } from './options.ts'
import { SecurityEventError } from './options.ts'
import { createVerifier, MAX_LENGTH } from './verify.ts'

/** Options of {@link receiveSecurityEvents}. */
export type ReceiveOptions = SecurityEventOptions & {
  /** The `Authorization` header that the transmitter was told to send, as a whole: `Bearer …`. Default: none is asked for, the signature is enough. */
  readonly authorization?: string
}

const TYPE = /^application\/secevent\+jwt\s*(;|$)/i

/**
 * Takes security event tokens that a transmitter pushes (RFC 8417, RFC 8935), and ends the sessions that they name.
 *
 * @example app/events/route.ts
 * const [issuer, audience, jwksUrl] = ['https://provider.example', 'https://app.example', 'https://provider.example/jwks']
 * const endings = sharedEndings({ store })
 * export const { POST } = receiveSecurityEvents({ issuer, audience, keys: { jwksUrl }, endings, store })
 */
export function receiveSecurityEvents(options: ReceiveOptions): {
  POST(request: Request): Promise<Response>
} {
  const verify = createVerifier(options)
  const { authorization } = options

  return {
    async POST(request) {
      if (
        authorization !== undefined &&
        !(await areEqual(request.headers.get('authorization'), authorization))
      )
        return refuse(401, 'authentication_failed', 'Authorization')
      if (!TYPE.test(request.headers.get('content-type') ?? ''))
        return refuse(400, 'invalid_request', 'Content-Type is application/secevent+jwt')
      const token = await boundedText(request, MAX_LENGTH)
      if (token === null) return refuse(413, 'invalid_request', 'too long')
      try {
        await act(await verify(token), options)
      } catch (error) {
        if (error instanceof SecurityEventError) return refuse(400, error.code, error.message)
        options.onError?.(error)
        // Keys or store cannot be had: the transmitter comes again.
        return refuse(503, 'temporarily_unavailable', 'come again', { 'retry-after': '5' })
      }
      return new Response(null, { status: 202, headers: NO_STORE })
    },
  }
}

const NO_STORE = { 'cache-control': 'no-store' }

const refuse = (status: number, err: string, description: string, headers: Record<string, string> = {}) =>
  Response.json(
    { err, description },
    { status, headers: { ...NO_STORE, 'content-language': 'en', ...headers } },
  )

/** In a time that tells nothing of where they differ. */
async function areEqual(presented: string | null, expected: string): Promise<boolean> {
  const [one, other] = await Promise.all([presented ?? '', expected].map(digest))
  return (
    one !== undefined &&
    other !== undefined &&
    presented !== null &&
    one.every((byte, i) => byte === other[i])
  )
}

const digest = async (text: string) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
