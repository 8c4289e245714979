/** The settings that the middleware and the maker of sessions share. */
export const options = { password: 'benchmark-benchmark-benchmark-iron00', cookieName: 'session' }
