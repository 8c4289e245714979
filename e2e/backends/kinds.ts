import { whyNoSimpleJwt } from './real/simple-jwt.ts'
import { startAspNetIdentity } from './servers/asp-net-identity.ts'
import { startCognito } from './servers/cognito.ts'
import { startDeviseJwt } from './servers/devise-jwt.ts'
import { startDirectus } from './servers/directus.ts'
import { startDjRestAuth } from './servers/dj-rest-auth.ts'
import { startLaravelJwt } from './servers/laravel-jwt.ts'
import { startPayload } from './servers/payload.ts'
import { startPocketBase } from './servers/pocket-base.ts'
import { startSpringJwt } from './servers/spring-jwt.ts'
import { startStrapi } from './servers/strapi.ts'
import { startSupabaseAuth } from './servers/supabase-auth.ts'
import { startReal } from './support/real.ts'

/** A kind of backend, and what is expected of the app in front of it. */
export type Kind = {
  /** Its file in `app/backends`. */
  readonly name: string
  readonly start: () => Promise<{ readonly url: string; stop(): Promise<void> }>
  readonly credentials: Readonly<Record<string, string>>
  readonly id: string
  readonly roles: readonly string[]
  /** A route of its API that answers signed-in people. */
  readonly api: string
  /** The path of its refresh call. */
  readonly refresh: string
  /** Whether its sign-out ends the refresh token, too. */
  readonly revokes: boolean
  /** Why it cannot run on this machine. */
  readonly missing?: string | undefined
  /** The most lines its description may have: a preset is one. */
  readonly lines: 1 | 5
}

const email = { email: 'anna@example.com', password: 'anna-password-123' }
const username = { username: 'anna', password: 'anna-password-123' }
const none: readonly string[] = []
const preset = { lines: 1, revokes: true } as const
const described = { lines: 5, revokes: true } as const

/** Backends made of the real packages. */
export const realKinds: readonly Kind[] = [
  {
    name: 'express-tutorial',
    start: () => startReal('express-tutorial'),
    credentials: { user: 'anna', pwd: 'anna-password-123' },
    id: 'anna',
    roles: ['2001', '5150'],
    api: '/employees',
    refresh: '/refresh',
    ...preset,
  },
  {
    name: 'nest',
    start: () => startReal('nest'),
    credentials: email,
    id: '42',
    roles: none,
    api: '/users/me',
    refresh: '/auth/refresh',
    ...preset,
  },
  {
    name: 'better-auth',
    start: () => startReal('better-auth'),
    credentials: email,
    id: '',
    roles: none,
    api: '/api/auth/get-session',
    refresh: '/api/auth/get-session',
    ...preset,
  },
  {
    name: 'oauth2-server',
    start: () => startReal('oauth2-server'),
    credentials: username,
    id: '42',
    roles: none,
    api: '/me',
    refresh: '/oauth/token',
    ...preset,
    revokes: false,
  },
  {
    name: 'simple-jwt',
    start: () => startReal('simple-jwt'),
    missing: whyNoSimpleJwt(),
    credentials: username,
    id: '1',
    roles: none,
    api: '/api/hello/',
    refresh: '/api/token/refresh/',
    ...preset,
  },
  {
    name: 'seed-constants',
    start: () => startReal('seed-constants'),
    credentials: {},
    id: '1',
    roles: ['admin'],
    api: '/hello',
    refresh: '/refreshtoken',
    ...described,
    revokes: false,
  },
]

/** Servers that speak as backends do that cannot run here. */
export const imitatedKinds: readonly Kind[] = [
  {
    name: 'asp-net-identity',
    start: startAspNetIdentity,
    credentials: email,
    id: 'anna@example.com',
    roles: none,
    api: '/manage/info',
    refresh: '/refresh',
    ...preset,
    revokes: false,
  },
  {
    name: 'spring-jwt',
    start: startSpringJwt,
    credentials: username,
    id: 'anna',
    roles: ['ROLE_USER'],
    api: '/api/test/user',
    refresh: '/api/auth/refreshtoken',
    ...preset,
  },
  {
    name: 'laravel-jwt',
    start: startLaravelJwt,
    credentials: email,
    id: '42',
    roles: none,
    api: '/api/hello',
    refresh: '/api/auth/refresh',
    ...preset,
  },
  {
    name: 'supabase-auth',
    start: startSupabaseAuth,
    credentials: email,
    id: '42',
    roles: ['editor'],
    api: '/rest/v1/hello',
    refresh: '/auth/v1/token',
    ...preset,
  },
  {
    name: 'cognito',
    start: startCognito,
    credentials: email,
    id: '42',
    roles: ['editor'],
    api: '/hello',
    refresh: '/',
    ...preset,
  },
  {
    name: 'strapi',
    start: startStrapi,
    credentials: email,
    id: '42',
    roles: none,
    api: '/api/users/me',
    refresh: '/api/auth/refresh',
    ...preset,
    revokes: false,
  },
  {
    name: 'payload',
    start: startPayload,
    credentials: email,
    id: '42',
    roles: ['editor'],
    api: '/api/users/me',
    refresh: '/api/users/refresh-token',
    ...preset,
  },
  {
    name: 'pocket-base',
    start: startPocketBase,
    credentials: email,
    id: 'u42abcdefghijkl',
    roles: none,
    api: '/api/collections/notes/records',
    refresh: '/api/collections/users/auth-refresh',
    ...preset,
    revokes: false,
  },
  {
    name: 'dj-rest-auth',
    start: startDjRestAuth,
    credentials: username,
    id: '42',
    roles: none,
    api: '/auth/user/',
    refresh: '/auth/token/refresh/',
    ...described,
  },
  {
    name: 'directus',
    start: startDirectus,
    credentials: email,
    id: '42',
    roles: ['editor'],
    api: '/items/notes',
    refresh: '/auth/refresh',
    ...described,
  },
  {
    name: 'devise-jwt',
    start: startDeviseJwt,
    credentials: email,
    id: '42',
    roles: none,
    api: '/notes',
    refresh: '/users/token',
    ...described,
  },
]
