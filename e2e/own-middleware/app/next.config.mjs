import { withGateway } from 'evergate/next/config'
import createNextIntlPlugin from 'next-intl/plugin'

const withNextIntl = createNextIntlPlugin('./i18n/request.js')

/** Built twice: at the top of its host, and below a path, with slashes at the end of paths. */
const basePath = process.env.BASE_PATH

const config = {
  ...(basePath && { basePath, trailingSlash: true, distDir: '.next/below' }),
  poweredByHeader: false,
}

export default withGateway(withNextIntl(config), { signInPath: '/:locale/login', locales: ['en', 'de'] })
