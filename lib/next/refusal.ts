import { isJsonObject } from '../gateway/json-object.ts'
import type { SignInError } from '../gateway/renewal/backend.ts'

const CODES = ['error', 'error_code', 'code', '__type', 'name', 'message']
const MESSAGES = ['error_description', 'message', 'msg', 'detail', 'error', 'title']
const FIELDS = ['fields', 'errors']
const LONGEST_MESSAGE = 300
/** Not on what the person has entered, but on how the call is made: a mistake of the set-up, or an outage. */
const NOT_ON_INPUT = new Set([405, 406, 408, 415])

/** A backend's reason why there is no session. Null: its answer is an outage. */
export function refusalIn(status: number, body: unknown): SignInError | null {
  const isOnInput = status >= 400 && status < 500 && !NOT_ON_INPUT.has(status)
  // A page is a proxy's, a firewall's, or of a path that does not exist.
  if (!isOnInput || !(isJsonObject(body) || status === 401)) return null
  // Some put all of it one level deeper.
  const [told = {}, deeper] = isJsonObject(body) ? [body, body.error] : []
  const sources = isJsonObject(deeper) ? [told, deeper] : [told]
  const first = (names: readonly string[], isOne: (text: string) => boolean) =>
    sources
      .flatMap((source) => names.map((name) => source[name]))
      .find((value): value is string => typeof value === 'string' && isOne(value))
  const fields = FIELDS.map((name) => told[name]).find(isFields)
  return {
    code: first(CODES, (text) => /^[\w.-]{1,64}$/.test(text)) ?? 'invalid_credentials',
    message:
      first(MESSAGES, (text) => text !== '' && text.length <= LONGEST_MESSAGE) ?? 'Signing in did not work.',
    ...(fields && { fields }),
    ...secondFactorIn(told),
  }
}

/** A sign-in that is half finished: the auth server names the step to go on with. */
function secondFactorIn({ step, ways }: Record<string, unknown>): Pick<SignInError, 'secondFactor'> {
  if (typeof step !== 'string' || !Array.isArray(ways)) return {}
  return { secondFactor: { step, ways: ways.filter((way) => typeof way === 'string') } }
}

const isFields = (value: unknown): value is Record<string, string> =>
  isJsonObject(value) && Object.values(value).every((text) => typeof text === 'string')
