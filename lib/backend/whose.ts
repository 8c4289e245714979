import { isJsonObject } from '../gateway/json-object.ts'
import type { UserData } from '../gateway/renewal/backend.ts'
import type { ApiDescription, PersonSources } from './description.ts'

/** A person as far as an answer tells. */
export type Told = {
  readonly id: string | undefined
  readonly roles: readonly string[] | undefined
  readonly userData: UserData | undefined
  /** The error that `person` has thrown. */
  readonly error?: unknown
}

const NOTHING: Told = { id: undefined, roles: undefined, userData: undefined }

/** Asks the description's `person`; what it throws, or returns of the wrong shape, tells nothing. */
export function whoseIs(sources: PersonSources, { person = bySubject }: ApiDescription): Told {
  try {
    const { id, roles, userData } = person(sources) ?? {}
    return {
      id: idOf(id),
      roles: Array.isArray(roles) ? roles.map(String) : undefined,
      userData: isJsonObject(userData) ? userData : undefined,
    }
  } catch (error) {
    return { ...NOTHING, error }
  }
}

/** RFC 7519 4.1.2. */
const bySubject = ({ claims }: PersonSources) => ({ id: claims.sub })

function idOf(id: unknown): string | undefined {
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id)
  return typeof id === 'string' && id !== '' ? id : undefined
}
