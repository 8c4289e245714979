/** Where the app stands below its host, as `next.config.mjs` has written it into the build; empty at the top. */
const BASE_PATH = process.env.EVERGATE_BASE_PATH ?? ''

/** A path of the app as browsers ask for it. Next does the same for its links and redirects, and for nothing else. */
export const below = (path: string): string => BASE_PATH + path
