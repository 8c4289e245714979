import { withGateway } from 'evergate/next/config'

export default withGateway({}, { signInPath: '/:locale/login', locales: ['en', 'de'] })
