import type { RequestFacts } from '../request/facts.ts'

/** The settings that the CORS protocol needs. */
export type CorsSettings = { readonly allowedOrigins: readonly string[] }

/** Lets the pages of an allowed origin read an answer of the gateway's own (Fetch Standard, CORS protocol). */
export function withCors(
  response: Response,
  facts: Pick<RequestFacts, 'headers'>,
  { allowedOrigins }: CorsSettings,
): Response {
  if (allowedOrigins.length === 0) return response
  const { headers } = response
  const origin = facts.headers.get('origin')
  headers.append('vary', 'Origin')
  if (origin !== undefined && allowedOrigins.includes(origin)) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
  }
  return response
}
