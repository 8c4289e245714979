import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  signInPath: ({ pathname }) => `/${pathname.split('/')[1]}/sign-in`,
  rules: [{ path: '/:tenant/sign-in', require: 'public' }],
})
