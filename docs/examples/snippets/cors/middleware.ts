import { createGateway } from 'evergate/next'

const shop = 'https://shop.example.com'

export const middleware = createGateway({
  rules: [{ path: '/login', require: 'public' }],
  allowedOrigins: [shop],
  refused: (_request, _outcome, response) => {
    response.headers.set('access-control-expose-headers', 'x-session, retry-after')
    return response
  },
})
