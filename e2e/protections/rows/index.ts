import type { Protection } from '../protection.ts'
import { app } from './app.ts'
import { authFactors } from './auth-factors.ts'
import { authLimits } from './auth-limits.ts'
import { authMail } from './auth-mail.ts'
import { authPasswords } from './auth-passwords.ts'
import { authServer } from './auth-server.ts'
import { authSessions } from './auth-sessions.ts'
import { authTokens } from './auth-tokens.ts'
import { device } from './device.ts'
import { gatewayCookies } from './gateway-cookies.ts'
import { gatewayRenewal } from './gateway-renewal.ts'
import { gatewayRequests } from './gateway-requests.ts'
import { gatewayTokens } from './gateway-tokens.ts'
import { providers } from './providers.ts'

/** Every protection that is taken away once. */
export const protections: readonly Protection[] = [
  ...gatewayTokens,
  ...gatewayCookies,
  ...gatewayRenewal,
  ...gatewayRequests,
  ...app,
  ...device,
  ...providers,
  ...authTokens,
  ...authFactors,
  ...authLimits,
  ...authMail,
  ...authPasswords,
  ...authSessions,
  ...authServer,
]
