import { createGateway } from 'evergate/next'

export const middleware = createGateway({
  rules: [
    { path: '/', require: 'public' },
    { path: '/login', require: 'public' },
    { path: '/sign-in', require: 'public' },
    { path: '/sign-out', require: 'public' },
  ],
})

export const config = { matcher: ['/', '/((?!_next/static/).*)'] }
