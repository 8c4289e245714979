import type { GatewaySettings } from '../gateway/options.ts'

/** The headers of the answer to a sign-out. */
export function signOutHeaders({
  clearSiteData,
}: Pick<GatewaySettings, 'clearSiteData'>): Readonly<Record<string, string>> {
  return {
    'cache-control': 'private, no-store',
    // Not "cookies": it would take the signed-out mark, which keeps an answer under way from bringing the session back, and
    // the cookies of sibling hosts. The session's own are cleared by name.
    ...(clearSiteData && { 'clear-site-data': '"cache", "storage"' }),
  }
}
