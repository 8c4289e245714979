/** What the middleware and the maker of sessions agree on. */
export const options = { password: 'benchmark-benchmark-benchmark-iron00', cookieName: 'session' }
