import { bindDevices } from 'evergate/device'
import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  rules: [
    { path: '/', require: 'public' },
    { path: '/billing/:path*', require: { device: 'bound' } },
  ],
  deviceBinding: bindDevices({ mode: 'prefer' }),
})
