import { accessTokenTargets } from './access-tokens.ts'
import { answerTargets } from './answers.ts'
import { authServerTargets } from './auth-server.ts'
import { authTokenTargets } from './auth-tokens.ts'
import { claimTargets } from './claims.ts'
import { cookieTargets } from './cookies.ts'
import { environmentTargets } from './environment.ts'
import { gatewayTargets } from './gateway.ts'
import { gatewayTokenTargets } from './gateway-tokens.ts'
import { keySetTargets } from './key-sets.ts'
import { pathTargets } from './paths.ts'
import { originTargets } from './return-to.ts'
import { signingKeyTargets } from './signing-keys.ts'
import { storeAddressTargets } from './store-address.ts'

/** Every way in. */
export const targets = [
  ...cookieTargets,
  ...accessTokenTargets,
  ...claimTargets,
  ...gatewayTokenTargets,
  ...keySetTargets,
  ...pathTargets,
  ...originTargets,
  ...answerTargets,
  ...gatewayTargets,
  ...authTokenTargets,
  ...storeAddressTargets,
  ...signingKeyTargets,
  ...environmentTargets,
  ...authServerTargets,
]
