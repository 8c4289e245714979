import type { JsonObject } from '../gateway/json-object.ts'
import { isJsonObject } from '../gateway/json-object.ts'
import type { Meant, SecurityEventOptions } from './options.ts'

const MAX_NAME = 512

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= MAX_NAME ? value : null

/**
 * Whom a subject means (RFC 9493; OpenID Shared Signals Framework 1.0, 3). A complex one that names a session means that session alone.
 * Null: nobody here.
 */
export async function meantBy(subject: JsonObject, options: SecurityEventOptions): Promise<Meant | null> {
  const { session, user, format } = subject
  const isComplex =
    format === 'complex' || (format === undefined && (isJsonObject(session) || isJsonObject(user)))
  if (!isComplex) return simple(subject, 'sub', options)
  // One that is not understood must not become all of the person's.
  if (session !== undefined) return isJsonObject(session) ? simple(session, 'sid', options) : null
  return isJsonObject(user) ? simple(user, 'sub', options) : null
}

async function simple(
  subject: JsonObject,
  place: 'sid' | 'sub',
  { issuer, subjectIssuer = issuer, subjectOf }: SecurityEventOptions,
): Promise<Meant | null> {
  const { format, iss, sub, id } = subject
  const name =
    format === 'iss_sub'
      ? iss === subjectIssuer
        ? textOf(sub)
        : null
      : format === 'opaque'
        ? textOf(id)
        : null
  if (name !== null) return place === 'sid' ? { sid: name } : { sub: name }
  // Somebody else's subject of this very format is nobody's here.
  if (format === 'iss_sub') return null
  return (await subjectOf?.(subject)) ?? null
}
