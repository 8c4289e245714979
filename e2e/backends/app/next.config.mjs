import { withGateway } from 'evergate/next/config'

export default withGateway(
  { poweredByHeader: false, typescript: { ignoreBuildErrors: true } },
  { backend: './session-backend.ts' },
)
