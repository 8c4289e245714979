import { withGateway } from 'evergate/next/config'

export default withGateway({}, { backend: './session-backend.ts' })
