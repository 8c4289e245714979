import { cookieBackend } from 'evergate/gateway'
import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  backend: cookieBackend({
    remoteApi: 'https://api.example',
    path: '/auth/renew', // `/refreshtoken`
    method: 'PUT', // `POST`
    names: { accessToken: 'at', refreshToken: 'rt', userData: 'user' }, // in cookies and in JSON alike
    body: (refreshToken) => ({ token: refreshToken }), // none
  }),
})
