import { decode } from 'jose/base64url'
import type { JsonObject } from '../json-object.ts'
import { isJsonObject } from '../json-object.ts'

/** The header (0) or the claims (1) of a JWT, as they stand there, unverified; undefined for anything else. */
export function tokenPart(token: string, index: 0 | 1): JsonObject | undefined {
  try {
    const part: unknown = JSON.parse(new TextDecoder().decode(decode(token.split('.')[index] ?? '')))
    return isJsonObject(part) ? part : undefined
  } catch {
    return undefined
  }
}
