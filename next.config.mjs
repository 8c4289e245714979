import { withGateway } from 'evergate/next/config'

/** For every answer. A page's own `Content-Security-Policy` comes from `middleware.ts`, with a nonce, in the place of this one. */
const headers = [
  {
    key: 'Content-Security-Policy',
    value: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  // Not `no-referrer`: with it browsers send forms with `Origin: null`, which is refused as another site's.
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
]

/** RFC 6797 7.2: over https only. */
const overHttps = [{ key: 'Strict-Transport-Security', value: 'max-age=31536000; includeSubDomains' }]

/** Where the app stands below its host, such as `/shop`. */
const basePath = process.env.EVERGATE_BASE_PATH ?? ''

export default withGateway(
  {
    ...(basePath && { basePath }),
    // For what Next does not put below it by itself: see `app/_lib/base-path.ts`.
    env: { EVERGATE_BASE_PATH: basePath },
    // A build of its own beside another.
    ...(process.env.EVERGATE_DIST_DIR && { distDir: process.env.EVERGATE_DIST_DIR }),
    // A folder that runs without this one, for containers: `npm run build:standalone`.
    ...(process.env.EVERGATE_OUTPUT === 'standalone' && { output: 'standalone' }),
    poweredByHeader: false,
    headers: async () => [
      { source: '/:path*', headers },
      {
        source: '/:path*',
        has: [{ type: 'header', key: 'x-forwarded-proto', value: 'https' }],
        headers: overHttps,
      },
    ],
    // `npm test` checks the types of the whole repository; a build need not do it again.
    typescript: { ignoreBuildErrors: true },
  },
  {
    // Uploads of the browser to the backend; every other path takes 10 MB.
    maxBodySizes: { '/api/backend/:path*': 32 * 1024 * 1024 },
    // The auth server looks at the proofs of devices itself, where sessions are bound.
    forwardCookies: ['__Host-device-proof'],
  },
)
