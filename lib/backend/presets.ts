import type { ApiDescription } from './description.ts'

const forbiddenToo = (status: number) => status === 401 || status === 403

/** The Express tutorial with `jsonwebtoken` and `cookie-parser`: a refresh token in the cookie `jwt`, which stays. */
export const express = {
  signIn: {
    path: '/auth',
    body: ({ credentials: { email, user = email, password, pwd = password } }) => ({ user, pwd }),
  },
  refresh: { path: '/refresh', method: 'GET', refreshToken: 'cookie:jwt' },
  signOut: { path: '/logout', method: 'GET', refreshToken: 'cookie:jwt' },
  tokens: { refresh: 'cookie:jwt' },
  person: ({
    claims: {
      UserInfo: { username, roles },
    },
  }) => ({ id: username, roles, userData: { name: username } }),
  refused: forbiddenToo,
} satisfies ApiDescription

/** NestJS with `passport-jwt`: the refresh token is the bearer token of the refresh call, and works once. */
export const nest = {
  signIn: '/auth/signin',
  register: '/auth/signup',
  refresh: { path: '/auth/refresh', refreshToken: 'bearer' },
  signOut: '/auth/logout',
  person: ({ claims: { sub, email, roles } }) => ({ id: sub, roles, userData: { ...(email && { email }) } }),
  refused: forbiddenToo,
} satisfies ApiDescription

/** Django REST framework with SimpleJWT. */
export const simpleJwt = {
  signIn: {
    path: '/api/token/',
    body: ({ credentials: { email, username = email, password } }) => ({ username, password }),
  },
  trailingSlash: true,
  refresh: { path: '/api/token/refresh/', refreshToken: 'body:refresh' },
  signOut: { path: '/api/token/blacklist/', refreshToken: 'body:refresh' },
  person: ({ claims: { user_id } }) => ({ id: user_id }),
} satisfies ApiDescription

/** dj-rest-auth with JWT: the refresh token comes in a cookie alone. `JWT_AUTH_REFRESH_COOKIE` names it: here `refresh-token`. */
export const djRestAuth = {
  signIn: {
    path: '/auth/login/',
    body: ({ credentials: { email, username = email, password } }) => ({ username, password }),
  },
  trailingSlash: true,
  refresh: { path: '/auth/token/refresh/', refreshToken: 'cookie:refresh-token' },
  signOut: { path: '/auth/logout/', refreshToken: 'cookie:refresh-token' },
  tokens: { refresh: ['cookie:refresh-token', '/refresh'] },
  person: ({ claims: { user_id } }) => ({ id: user_id }),
} satisfies ApiDescription

/** ASP.NET Core Identity (`MapIdentityApi`): opaque tokens; an answer of its own says who it is. */
export const aspNetIdentity = {
  signIn: '/login',
  register: '/register',
  refresh: '/refresh',
  me: '/manage/info',
  person: ({ me: { email } }) => ({ id: email, userData: { email } }),
} satisfies ApiDescription

/** Spring Boot as its jjwt tutorials have it: both tokens in cookies, and the API wants a cookie too. */
export const springJwt = {
  signIn: {
    path: '/api/auth/signin',
    body: ({ credentials: { email, username = email, password } }) => ({ username, password }),
  },
  register: '/api/auth/signup',
  refresh: { path: '/api/auth/refreshtoken', refreshToken: 'cookie:bezkoder-jwt-refresh' },
  signOut: {
    path: '/api/auth/signout',
    refreshToken: 'cookie:bezkoder-jwt-refresh',
    accessToken: 'cookie:bezkoder-jwt',
  },
  tokens: { access: 'cookie:bezkoder-jwt', refresh: 'cookie:bezkoder-jwt-refresh' },
  person: ({ claims: { sub }, answer: { roles } }) => ({ id: sub, roles, userData: { name: sub } }),
  refused: (status) => status === 403,
  authorize: 'cookie:bezkoder-jwt',
} satisfies ApiDescription

/** Laravel with `tymon/jwt-auth`: the access token, run out or not, is what renews. */
export const laravelJwt = {
  signIn: '/api/auth/login',
  refresh: { path: '/api/auth/refresh', accessToken: 'bearer' },
  signOut: '/api/auth/logout',
} satisfies ApiDescription

/** Supabase Auth (GoTrue), with `SUPABASE_ANON_KEY`. It answers the parent of a token again for ten seconds. */
export const supabaseAuth = {
  headers: { apikey: 'env:SUPABASE_ANON_KEY' },
  signIn: '/auth/v1/token?grant_type=password',
  register: '/auth/v1/signup',
  refresh: { path: '/auth/v1/token?grant_type=refresh_token', refreshToken: 'body:refresh_token' },
  signOut: '/auth/v1/logout?scope=local',
  person: ({ claims: { sub, email, app_metadata } }) => ({
    id: sub,
    roles: app_metadata?.roles,
    userData: { email },
  }),
  refused: (_, body) => /^(refresh_token|session)_/.test(body?.error_code),
  repeat: true,
} satisfies ApiDescription

/** Amazon Cognito user pools, with `COGNITO_CLIENT_ID`; `baseUrl` is `https://cognito-idp.REGION.amazonaws.com`. */
export const cognito = {
  signIn: {
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
    },
    fields: { AuthFlow: 'USER_PASSWORD_AUTH', ClientId: 'env:COGNITO_CLIENT_ID' },
    body: ({ credentials: { email, username = email, password } }) => ({
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  },
  refresh: {
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
    },
    fields: { AuthFlow: 'REFRESH_TOKEN_AUTH', ClientId: 'env:COGNITO_CLIENT_ID' },
    body: ({ refreshToken }) => ({ AuthParameters: { REFRESH_TOKEN: refreshToken } }),
  },
  signOut: {
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.RevokeToken',
    },
    fields: { ClientId: 'env:COGNITO_CLIENT_ID' },
    refreshToken: 'body:Token',
  },
  tokens: {
    access: '/AuthenticationResult/AccessToken',
    refresh: '/AuthenticationResult/RefreshToken',
    life: '/AuthenticationResult/ExpiresIn',
  },
  person: ({ claims: { sub, username, 'cognito:groups': roles } }) => ({
    id: sub,
    roles,
    userData: { name: username },
  }),
  refused: (_, body) => /NotAuthorizedException|UserNotFoundException/.test(body?.__type),
} satisfies ApiDescription

/** Strapi 5 with refresh tokens (`sessions` of the Users & Permissions plugin). */
export const strapi = {
  signIn: {
    path: '/api/auth/local',
    body: ({ credentials: { email, identifier = email, password } }) => ({ identifier, password }),
  },
  register: '/api/auth/local/register',
  refresh: '/api/auth/refresh',
  signOut: '/api/auth/logout',
  person: ({ claims: { id }, answer: { user } }) => ({ id: user?.id ?? id, userData: user }),
} satisfies ApiDescription

/** Payload 3, collection `users`: the access token is what renews, while it is good. */
export const payload = {
  signIn: '/api/users/login',
  refresh: { path: '/api/users/refresh-token', accessToken: 'bearer' },
  signOut: '/api/users/logout',
  tokens: { access: ['/refreshedToken', '/token'], life: '/exp' },
  person: ({ answer: { user } }) => ({ id: user.id, roles: user.roles, userData: { email: user.email } }),
  refused: forbiddenToo,
} satisfies ApiDescription

/** PocketBase, collection `users`: the access token is what renews, while it is good. It is sent bare. */
export const pocketBase = {
  signIn: {
    path: '/api/collections/users/auth-with-password',
    body: ({ credentials: { email, identity = email, password } }) => ({ identity, password }),
  },
  refresh: { path: '/api/collections/users/auth-refresh', accessToken: 'header:Authorization' },
  person: ({ answer: { record } }) => ({
    id: record.id,
    userData: { email: record.email, name: record.name },
  }),
  authorize: 'header:Authorization',
} satisfies ApiDescription

/** better-auth with its `bearer` plugin: one opaque token that slides. `BETTER_AUTH_URL` is the origin that it trusts. */
export const betterAuth = {
  headers: { origin: 'env:BETTER_AUTH_URL' },
  signIn: '/api/auth/sign-in/email',
  register: '/api/auth/sign-up/email',
  refresh: { path: '/api/auth/get-session', method: 'GET', accessToken: 'bearer' },
  signOut: '/api/auth/sign-out',
  tokens: { access: ['header:set-auth-token', '/token', 'sent'], life: '/session/expiresAt' },
  person: ({ answer: { user } }) => ({ id: user.id, userData: { name: user.name, email: user.email } }),
  refused: (status, body) => status === 401 || (status === 200 && body === null),
} satisfies ApiDescription

/** An OAuth 2 server with the password grant, as `@node-oauth/oauth2-server`; with `OAUTH_CLIENT_ID` and `OAUTH_CLIENT_SECRET`. */
export const oauth2Server = {
  signIn: {
    path: '/oauth/token',
    form: true,
    fields: {
      grant_type: 'password',
      client_id: 'env:OAUTH_CLIENT_ID',
      client_secret: 'env:OAUTH_CLIENT_SECRET',
    },
    body: ({ credentials: { email, username = email, password } }) => ({ username, password }),
  },
  refresh: {
    path: '/oauth/token',
    fields: {
      grant_type: 'refresh_token',
      client_id: 'env:OAUTH_CLIENT_ID',
      client_secret: 'env:OAUTH_CLIENT_SECRET',
    },
    refreshToken: 'form:refresh_token',
  },
  me: '/me',
  person: ({ me: { id, name } }) => ({ id, userData: { ...(name && { name }) } }),
  refused: (_, body) => body?.error === 'invalid_grant',
} satisfies ApiDescription
