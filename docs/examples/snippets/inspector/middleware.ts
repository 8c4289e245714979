import { inspector } from 'evergate/inspector'
import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  rules: [{ path: '/', require: 'public' }],
  inspector: inspector({ role: 'admin' }),
})
