import type { NextRequest } from 'next/server'

/** The part of the Next configuration that reaches a middleware. */
export type UrlConfig = {
  readonly basePath?: string
  readonly trailingSlash?: boolean
  readonly i18n?: { readonly locales: string[]; readonly defaultLocale: string }
}

/** A request as Next's server hands it to the edge adapter. */
export type SentRequest = {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

type Middleware = (request: NextRequest) => Promise<Response | undefined>

/**
 * Runs a middleware as `next start` does: Next's own adapter makes the request. `AsyncLocalStorage` must be a global
 * before anything of Next is loaded, as it is in the edge runtime.
 */
export async function throughAdapter(
  sent: SentRequest,
  nextConfig: UrlConfig,
  handler: Middleware,
): Promise<Response> {
  const { adapter } = await import('next/dist/server/web/adapter.js')
  const { response } = await adapter({
    page: '/middleware',
    handler: handler as never,
    request: {
      url: sent.url,
      method: sent.method,
      headers: sent.headers,
      nextConfig: { ...nextConfig, i18n: nextConfig.i18n ?? null },
      signal: new AbortController().signal,
      ...(sent.body !== null && { body: new Response(sent.body).body as never }),
    },
  } as Parameters<typeof adapter>[0])
  return response
}
