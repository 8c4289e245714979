import { withGateway } from 'evergate/next/config'

export default withGateway(
  {},
  {
    forwardHeaders: ['x-tenant'],
    relayHeaders: ['link'],
    maxBodySizes: { '/api/backend/videos/:path*': 200_000_000 },
  },
)
