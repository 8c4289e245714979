import type { RevocationReason, Session } from '../store.ts'

/** After its end a session can still be told from one that never was, for a while: milliseconds. */
export const KEEP_MS = 3_600_000

/** @param pairs - names and values in turn, as Redis answers a hash */
export function toRecord(pairs: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {}
  for (let i = 0; i < pairs.length; i += 2) fields[pairs[i] ?? ''] = pairs[i + 1] ?? ''
  return fields
}

/** The session in a hash; undefined when there is none. Names and values come in turn, as Redis answers them. */
export function toSession(pairs: readonly string[] | null): Session | undefined {
  const fields = toRecord(pairs ?? [])
  const { sid, userId = '', address = '', userAgent = '', amr = 'pwd' } = fields
  const { revokedAt, revokedReason, deviceBoundAt } = fields
  if (sid === undefined) return undefined
  return {
    sid,
    userId,
    generation: Number(fields.generation),
    createdAt: Number(fields.createdAt),
    rotatedAt: Number(fields.rotatedAt),
    lastSeenAt: Number(fields.lastSeenAt),
    idleExpiresAt: Number(fields.idleExpiresAt),
    absoluteExpiresAt: Number(fields.absoluteExpiresAt),
    revokedAt: revokedAt === undefined ? null : Number(revokedAt),
    revokedReason: (revokedReason as RevocationReason | undefined) ?? null,
    address,
    userAgent,
    deviceKey: fields.deviceKey ?? null,
    deviceBoundAt: deviceBoundAt === undefined ? null : Number(deviceBoundAt),
    amr,
  }
}
