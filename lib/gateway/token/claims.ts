/** The claims of an access token (RFC 9068 2.2); times in seconds since the epoch. */
export type AccessTokenClaims = {
  readonly subject: string
  readonly sid: string
  readonly roles: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
  /** When the person has signed in last (`auth_time`); null when the backend does not tell. */
  readonly authenticatedAt: number | null
  /** How sure that sign-in was (`acr`), in the backend's word; null when it does not tell. */
  readonly acr: string | null
}

type Expected = { readonly issuer: string; readonly audience: string }
type ClaimsReading =
  | { readonly result: 'good'; readonly claims: AccessTokenClaims }
  | { readonly result: 'bad'; readonly reason: `claim_${string}` }

/** Seconds forgiven in `nbf`, never in `exp`. */
const NBF_TOLERANCE = 5

/** Each must hold; all but `nbf` are required. Whether `exp` has passed is not asked here. */
const CHECKS: Readonly<Record<string, (value: unknown, expected: Expected, now: number) => boolean>> = {
  iss: (value, { issuer }) => value === issuer,
  aud: (value, { audience }) => value === audience || (Array.isArray(value) && value.includes(audience)),
  sub: isText,
  sid: isText,
  iat: isTime,
  exp: isTime,
  jti: isText,
  roles: (value) => Array.isArray(value) && value.every((role) => typeof role === 'string'),
  nbf: (value, _, now) => value === undefined || (isTime(value) && value <= now + NBF_TOLERANCE),
}

/** Checks the claims of an access token at `now` (seconds), or names the first that is missing or wrong. */
export function readClaims(
  payload: Readonly<Record<string, unknown>>,
  expected: Expected,
  now: number,
): ClaimsReading {
  for (const [name, holds] of Object.entries(CHECKS))
    if (!holds(payload[name], expected, now)) return { result: 'bad', reason: `claim_${name}` }
  const { sub, sid, roles, iat, exp, auth_time, acr } = payload as { [Name in 'sub' | 'sid']: string } & {
    [Name in 'iat' | 'exp']: number
  } & { roles: readonly string[]; auth_time?: unknown; acr?: unknown }
  return {
    result: 'good',
    claims: {
      subject: sub,
      sid,
      roles,
      issuedAt: iat,
      expiresAt: exp,
      // A session is not refused because these are missing or odd; rules that ask for them are not met then.
      authenticatedAt: isTime(auth_time) ? auth_time : null,
      acr: isText(acr) ? acr : null,
    },
  }
}

/** The last second that a date can name (ECMA-262 21.4.1.1); what lies beyond is no NumericDate (RFC 7519 2). */
const END_OF_TIME = 8.64e12

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= END_OF_TIME
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
