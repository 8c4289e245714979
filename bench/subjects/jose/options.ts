/** What the middleware and the maker of sessions agree on. */
export const secret = new TextEncoder().encode('benchmark-benchmark-benchmark-jose00')
export const claims = { issuer: 'evergate', audience: 'evergate-app' }
