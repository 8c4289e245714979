import { withGateway } from 'evergate/next/config'

export default withGateway({
  poweredByHeader: false,
  // `npm test` checks the types of the whole repository; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
})
