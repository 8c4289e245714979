import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  rules: ['/', '/login', '/sign-in', '/sign-out'].map((path) => ({ path, require: 'public' as const })),
})
