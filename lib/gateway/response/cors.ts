/** Lets the pages of an allowed origin read an answer of the gateway's own (Fetch Standard, CORS protocol). */
export function withCors(
  response: Response,
  origin: string | undefined,
  allowedOrigins: readonly string[],
): Response {
  if (allowedOrigins.length === 0) return response
  const { headers } = response
  headers.append('vary', 'Origin')
  if (origin !== undefined && allowedOrigins.includes(origin)) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
  }
  return response
}
