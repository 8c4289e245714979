import { withGateway } from 'evergate/next/config'

/** Another server, which the tests start: what it is sent is looked at. */
const upstream = process.env.UPSTREAM

export default withGateway({
  output: 'standalone',
  cacheComponents: true,
  poweredByHeader: false,
  typescript: { ignoreBuildErrors: true },
  redirects: async () => [{ source: '/moved', destination: '/static', permanent: false }],
  rewrites: async () => ({
    beforeFiles: [
      { source: '/inside', destination: '/dynamic' },
      { source: '/legacy-api/:path*', destination: `${upstream}/:path*` },
      { source: '/ws', destination: `${upstream}/ws` },
    ],
    afterFiles: [
      {
        source: '/partners/:name',
        has: [{ type: 'query', key: 'from', value: 'outside' }],
        destination: `${upstream}/partners/:name`,
      },
    ],
    fallback: [{ source: '/open/:path*', destination: `${upstream}/open/:path*` }],
  }),
})
