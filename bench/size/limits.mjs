/**
 * The most kilobytes that the gateway adds to an empty middleware. The empty middleware imports `NextResponse` of `next/server`, as Next's
 * pages have it, and so carries the parser of user agents that comes along: 8 KB. The gateway carries none, unless the app's own middleware
 * brings it. Over a middleware without it, the gateway adds 8 KB more.
 */
export const EDGE_LIMIT_KB = 16.7
/** The most bytes that a described backend adds for those who have one, its preset included. */
export const DESCRIBED_LIMIT = 4096
/** The most bytes that device binding adds for those who bind. */
export const DEVICE_LIMIT = 4096
/** The most bytes of `evergate/react` in a browser, after gzip. */
export const BROWSER_LIMIT = 3072
