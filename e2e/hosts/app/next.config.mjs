import { fileURLToPath } from 'node:url'
import { withGateway } from 'evergate/next/config'

export default withGateway({
  // The packages are those of the folder above.
  turbopack: { root: fileURLToPath(new URL('..', import.meta.url)) },
  typescript: { ignoreBuildErrors: true },
})
