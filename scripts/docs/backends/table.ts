import type * as presets from '../../../lib/backend/presets.ts'

export type Preset = keyof typeof presets

/** The words of a preset's page that its description does not hold. */
type Words = {
  readonly title: string
  readonly about: string
  /** When a session is over. */
  readonly over: string
  /** Credentials as `signIn()` takes them. */
  readonly credentials: string
  readonly variables?: readonly string[]
  readonly notes?: readonly string[]
}

const email = '{ email, password }'
const username = '{ username, password }'
const SLIDES =
  'The access token itself is what renews, and only while it is good: somebody who stays away for longer than it lives signs in anew.'
const ENDS_WITH_SLASH =
  'Next redirects a path with a slash at its end to that without, and the proxy adds it again: call `/api/backend/notes`.'

/** One page each, in the order of the list. */
export const words: Readonly<Record<Preset, Words>> = {
  express: {
    title: 'Express, jsonwebtoken and cookie-parser',
    about:
      'The tutorial’s API: an access token in JSON, a refresh token in the cookie `jwt`, roles in `UserInfo`.',
    over: '401 or 403',
    credentials: '{ user, pwd }',
    notes: ['The refresh token stays the same. `cookie:jwt` lives as long as its `Max-Age`.'],
  },
  nest: {
    title: 'NestJS with passport-jwt',
    about:
      'Access and refresh tokens in JSON; the refresh call takes the refresh token as bearer token, which works once.',
    over: '401 or 403',
    credentials: email,
    notes: ['A lost answer to a renewal costs the session: a strict backend has no second one to give.'],
  },
  simpleJwt: {
    title: 'Django REST framework, SimpleJWT',
    about: '`TokenObtainPairView`, `TokenRefreshView` and `TokenBlacklistView`, with rotation or without.',
    over: '401',
    credentials: username,
    notes: [
      'Without the blacklist app: `signOut: false`.',
      'The token names a `user_id` and nothing else. For roles and a name, give `me` a path and read it in `person`.',
      ENDS_WITH_SLASH,
    ],
  },
  djRestAuth: {
    title: 'dj-rest-auth with JWT',
    about:
      'The refresh token comes in a cookie alone. `JWT_AUTH_REFRESH_COOKIE` names it; the preset has `refresh-token`.',
    over: '401',
    credentials: username,
    notes: [ENDS_WITH_SLASH],
  },
  aspNetIdentity: {
    title: 'ASP.NET Core Identity',
    about: '`MapIdentityApi`: opaque tokens with `expiresIn`; `GET /manage/info` says who it is.',
    over: '401',
    credentials: email,
    notes: ['The backend knows no sign-out: its refresh token lives on until it ends.'],
  },
  springJwt: {
    title: 'Spring Boot with jjwt',
    about:
      'Both tokens in cookies, `bezkoder-jwt` and `bezkoder-jwt-refresh`, as in the tutorials; the API wants the cookie, too.',
    over: '403',
    credentials: username,
    notes: ['Other cookie names: change them in `refresh`, `signOut`, `tokens` and `authorize`.'],
  },
  laravelJwt: {
    title: 'Laravel with tymon/jwt-auth',
    about:
      'One token. The refresh call takes it as bearer token, also after it has run out, and each works once.',
    over: '401',
    credentials: email,
  },
  supabaseAuth: {
    title: 'Supabase Auth (GoTrue)',
    about: 'Rotation with ten seconds of grace; every call carries the header `apikey`.',
    over: '`error_code` begins with `refresh_token_` or `session_`',
    credentials: email,
    variables: ['SUPABASE_ANON_KEY'],
    notes: ['A 401 without `apikey` is a mistake of configuration, and signs nobody out.'],
  },
  cognito: {
    title: 'Amazon Cognito user pools',
    about:
      'All calls go to one address, `https://cognito-idp.REGION.amazonaws.com`, which is `REMOTE_API` or the `baseUrl` of the description.',
    over: '`NotAuthorizedException`, `UserNotFoundException`',
    credentials: username,
    variables: ['COGNITO_CLIENT_ID'],
    notes: ['The app client allows `USER_PASSWORD_AUTH`. Throttling signs nobody out.'],
  },
  strapi: {
    title: 'Strapi 5',
    about: 'The Users & Permissions plugin with refresh tokens.',
    over: '401',
    credentials: '{ identifier, password }',
  },
  payload: {
    title: 'Payload 3',
    about: `The collection \`users\`. ${SLIDES}`,
    over: '401 or 403',
    credentials: email,
  },
  pocketBase: {
    title: 'PocketBase',
    about: `The collection \`users\`; the API is sent the bare token. ${SLIDES}`,
    over: '401',
    credentials: '{ identity, password }',
  },
  betterAuth: {
    title: 'better-auth with its bearer plugin',
    about: 'One opaque token that slides: `get-session` says whether it is still good.',
    over: '401, or 200 with `null`',
    credentials: email,
    variables: ['BETTER_AUTH_URL'],
    notes: ['`BETTER_AUTH_URL` is the origin that better-auth trusts; each call says it comes from there.'],
  },
  oauth2Server: {
    title: 'An OAuth 2 server with the password grant',
    about: 'As `@node-oauth/oauth2-server`; `GET /me` says who it is.',
    over: '`invalid_grant`',
    credentials: username,
    variables: ['OAUTH_CLIENT_ID', 'OAUTH_CLIENT_SECRET'],
    notes: [
      'With an OpenID provider, [sign in there](../oidc-provider.md): the password then stays with it.',
    ],
  },
}

/** `simpleJwt` in a file's name. */
export const fileOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
