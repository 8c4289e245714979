import type { PathRule } from 'evergate/gateway'

/** The same for every app of these tests. */
export const rules: readonly PathRule[] = [
  { path: '/', require: 'public' },
  { path: '/login', require: 'public' },
  { path: '/sign-in', require: 'public' },
  { path: '/sign-out', require: 'public' },
  { path: '/admin', require: { roles: ['admin'] } },
]
