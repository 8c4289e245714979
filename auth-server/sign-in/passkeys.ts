import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
  WebAuthnCredential,
} from '@simplewebauthn/server'
import { z } from 'zod'
import type { Factor } from '../store/factors.ts'
import type { User } from '../store/store.ts'
import type { PasskeySettings } from './second-factor.ts'

/** The public half of a passkey, as it is stored. */
const stored = z.object({ publicKey: z.string(), transports: z.array(z.string()) })

/** A passkey that has just been made. */
interface NewPasskey {
  readonly id: string
  readonly data: string
  readonly counter: number
}

/** A passkey's answer that is right. */
export interface PasskeyAnswer {
  readonly counter: number
  /** Whether the device has made sure who holds it. */
  readonly verified: boolean
  readonly key: 'hwk' | 'swk'
  readonly challenge: string
}

type IsGood = (challenge: string) => boolean

/** The library is large, and loaded with the first passkey. */
const library = () => import('@simplewebauthn/server')

/** EdDSA, ES256 and RS256, as COSE numbers them. */
const ALGORITHMS = [-8, -7, -257]

/** WebAuthn 4: a user handle has 64 bytes at most. */
export const MAX_HANDLE_BYTES = 64

/** WebAuthn 7.1: the id of a passkey has 1,023 bytes at most, which are as many characters of base64url. */
const MAX_ID_CHARACTERS = Math.ceil((1023 * 4) / 3)

/** The options of `navigator.credentials.create()`. */
export async function creationOptions(
  { rpId }: PasskeySettings,
  name: string,
  user: User,
  there: readonly Factor[],
  challenge: string,
) {
  const { generateRegistrationOptions } = await library()
  return await generateRegistrationOptions({
    rpName: name,
    rpID: rpId,
    userID: Uint8Array.from(Buffer.from(user.id)),
    userName: user.email,
    userDisplayName: user.name,
    challenge,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: there.map(toDescriptor),
    // So that it can be used alone, without an e-mail address.
    authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
  })
}

/** The options of `navigator.credentials.get()`. Without `among` any passkey of this site will do. */
export async function requestOptions(
  { rpId }: PasskeySettings,
  challenge: string,
  among?: readonly Factor[],
) {
  const { generateAuthenticationOptions } = await library()
  return await generateAuthenticationOptions({
    rpID: rpId,
    challenge,
    userVerification: among ? 'preferred' : 'required',
    ...(among && { allowCredentials: among.map(toDescriptor) }),
  })
}

/** The passkey that a browser has made; undefined when anything at all is wrong with it. */
export async function readCreation(
  { rpId, origin }: PasskeySettings,
  response: RegistrationResponseJSON,
  isGood: IsGood,
): Promise<(NewPasskey & { challenge: string }) | undefined> {
  const { verifyRegistrationResponse } = await library()
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: (presented) => isGood(textOf(presented)),
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!verified) return undefined
    const { id, publicKey, counter } = registrationInfo.credential
    if (id.length > MAX_ID_CHARACTERS) return undefined
    const transports = registrationInfo.credential.transports ?? []
    const data = { publicKey: Buffer.from(publicKey).toString('base64url'), transports }
    const challenge = challengeIn(response)
    return { id, data: JSON.stringify(data), counter, challenge }
  } catch {
    return undefined
  }
}

/** The answer of a passkey; undefined when anything at all is wrong with it. */
export async function readAnswer(
  { rpId, origin }: PasskeySettings,
  response: AuthenticationResponseJSON,
  factor: Factor,
  isGood: IsGood,
): Promise<PasskeyAnswer | undefined> {
  const { verifyAuthenticationResponse } = await library()
  try {
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (presented) => isGood(textOf(presented)),
      expectedOrigin: origin,
      expectedRPID: rpId,
      credential: toCredential(factor),
      requireUserVerification: false,
    })
    if (!verified) return undefined
    return {
      counter: info.newCounter,
      verified: info.userVerified,
      key: info.credentialDeviceType === 'multiDevice' ? 'swk' : 'hwk',
      challenge: challengeIn(response),
    }
  } catch {
    return undefined
  }
}

/** The base point of P-256, as COSE: a key like any other. */
const DECOY_KEY =
  'pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU'

/** A passkey that nobody has, to look at in the place of one. */
export function decoy(id: string): Factor {
  const data = JSON.stringify({ publicKey: DECOY_KEY, transports: [] })
  const times = { createdAt: 0, usedAt: null, endsAt: null }
  return { id, userId: '', kind: 'passkey', name: '', data, counter: 0, ...times }
}

/** The challenge that was answered: of a response that was found to be right. */
function challengeIn({ response }: { readonly response: { readonly clientDataJSON: string } }): string {
  const data: unknown = JSON.parse(textOf(response.clientDataJSON))
  return textOf(z.object({ challenge: z.string() }).parse(data).challenge)
}

const textOf = (base64url: string) => Buffer.from(base64url, 'base64url').toString()

function toDescriptor(factor: Factor) {
  const { transports } = stored.parse(JSON.parse(factor.data))
  return { id: factor.id, transports }
}

function toCredential(factor: Factor): WebAuthnCredential {
  const { publicKey, transports } = stored.parse(JSON.parse(factor.data))
  const bytes = Uint8Array.from(Buffer.from(publicKey, 'base64url'))
  return { id: factor.id, publicKey: bytes, counter: factor.counter, transports }
}
