import { backendFetch } from 'evergate/next'
import { isRecord, stringOr } from '../../_lib/guards'

type Passkey = { id: string; name: string; createdAt: string }
type TrustedDevice = { id: string; userAgent: string; createdAt: string }

/** A person's proofs besides the password. */
export type Factors = {
  totp: { id: string; createdAt: string } | null
  passkeys: Passkey[]
  recoveryCodes: number
  trustedDevices: TrustedDevice[]
}

/** Null: the auth server does not answer, or refuses. */
export async function readFactors(): Promise<Factors | null> {
  try {
    const response = await backendFetch('/factors')
    const body: unknown = await response.json()
    if (!response.ok || !isRecord(body)) return null
    const { totp, recoveryCodes } = body
    return {
      totp: isRecord(totp) ? dated(totp) : null,
      passkeys: recordsIn(body.passkeys).map((key) => ({
        ...dated(key),
        name: stringOr(key.name, 'Passkey'),
      })),
      recoveryCodes: typeof recoveryCodes === 'number' ? recoveryCodes : 0,
      trustedDevices: recordsIn(body.trustedDevices).map((device) => ({
        ...dated(device),
        userAgent: stringOr(device.userAgent, ''),
      })),
    }
  } catch {
    return null
  }
}

const recordsIn = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : [])

const dated = ({ id, createdAt }: Record<string, unknown>) => ({
  id: stringOr(id, ''),
  createdAt: stringOr(createdAt, ''),
})

/** A call that changes them: what it answers, or the code of its refusal. */
export async function callFactors(
  method: 'POST' | 'DELETE',
  path: string,
  body: object = {},
): Promise<{ body: Record<string, unknown> } | { code: string }> {
  try {
    const response = await backendFetch(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer: unknown = response.status === 204 ? {} : await response.json()
    if (!isRecord(answer)) return { code: 'temporarily_unavailable' }
    return response.ok ? { body: answer } : { code: stringOr(answer.error, 'temporarily_unavailable') }
  } catch {
    return { code: 'temporarily_unavailable' }
  }
}
