import { cookieBackend } from 'evergate/gateway'
import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  backend: cookieBackend({
    remoteApi: 'https://api.example',
    path: '/auth/renew', // `/refreshtoken`
    method: 'PUT', // `POST`
    names: { accessToken: 'at', refreshToken: 'rt', userData: 'user' }, // in cookies and in JSON alike
    body: (refreshToken) => ({ token: refreshToken }), // none
    refused: (status) => status === 419, // 400, 401 or 403 with a JSON `error`
    repeat: true, // false
  }),
})
