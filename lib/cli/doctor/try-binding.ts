import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import type { GatewaySettings } from '../../gateway/options.ts'
import type { Io } from '../io.ts'
import type { Probe } from './probe.ts'
import { probe } from './probe.ts'

/** Addresses of the running app: a public page, and the endpoints of device binding. */
export type BindingPlace = { readonly page: string; readonly register: string; readonly refresh: string }

/**
 * The answers of the app to a browser that makes a key: to a page, to its registration, and to a renewal without a proof. Each asks for
 * what the one before has brought; those behind one that has brought nothing are missing.
 */
export type BindingTry = {
  readonly page: Probe
  readonly registration?: Probe
  readonly challenge?: Probe
}

/** The text to sign, in the header of a page. */
const ASKED = /challenge="([^"]*)"/

/** Registers a key for a session, as browsers do, and does not use it: nothing is spent by that. */
export async function tryBinding(
  io: Pick<Io, 'fetch' | 'clock'>,
  place: BindingPlace,
  tokens: { readonly accessToken: string; readonly refreshToken: string },
  { cookieNames }: GatewaySettings,
): Promise<BindingTry> {
  const cookie = `__Host-${cookieNames.accessToken}=${tokens.accessToken}; __Host-${cookieNames.refreshToken}=${tokens.refreshToken}`
  const send = (url: string, method: string, headers: Readonly<Record<string, string>>) =>
    probe(io, url, {
      method,
      // A proxy that ends TLS says so.
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'x-forwarded-proto': 'https', ...headers },
    })

  const page = await send(place.page, 'GET', { accept: 'text/html', 'sec-fetch-dest': 'document' })
  const asked = ASKED.exec(headerOf(page, 'secure-session-registration'))?.[1]
  if (asked === undefined) return { page }

  const proof = await registrationOf(asked)
  const registration = await send(place.register, 'POST', { 'secure-session-response': proof })
  const did = sessionIn(registration)
  if (did === null) return { page, registration }

  const key = cookiesOf(registration).find((pair) => pair.startsWith('__Host-device-key='))
  const challenge = await send(place.refresh, 'POST', {
    cookie: `${cookie}; ${key}`,
    'sec-secure-session-id': `"${did}"`,
  })
  return { page, registration, challenge }
}

/** A proof of a new key (Device Bound Session Credentials). */
async function registrationOf(challenge: string): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const header = { alg: 'ES256', typ: 'dbsc+jwt', jwk: await exportJWK(publicKey) }
  return new CompactSign(new TextEncoder().encode(JSON.stringify({ jti: challenge })))
    .setProtectedHeader(header)
    .sign(privateKey)
}

export const headerOf = (answer: Probe, name: string): string =>
  answer.result === 'answered' ? (answer.headers.get(name) ?? '') : ''

const cookiesOf = (answer: Probe) =>
  answer.result === 'answered'
    ? answer.headers.getSetCookie().map((header) => header.split(';')[0] ?? '')
    : []

/** The name of the device session in the answer to a registration; null for any other answer. */
function sessionIn(answer: Probe): string | null {
  if (answer.result === 'failed' || answer.status !== 200) return null
  try {
    const { session_identifier: did } = JSON.parse(answer.body)
    return typeof did === 'string' ? did : null
  } catch {
    return null
  }
}
