/** The settings that the middleware and the maker of sessions share. */
export const secret = new TextEncoder().encode('benchmark-benchmark-benchmark-jose00')
export const claims = { issuer: 'evergate', audience: 'evergate-app' }
