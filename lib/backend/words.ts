import { isJsonObject } from '../gateway/json-object.ts'
import { pointTo } from './pointer.ts'

const CODES = ['/error', '/error_code', '/code', '/error/code', '/error/name', '/__type', '/name', '/message']
const MESSAGES = ['/error_description', '/message', '/msg', '/detail', '/error/message', '/error', '/title']
const FIELDS = ['/fields', '/errors']
const LONGEST_MESSAGE = 300

/** One word for what a backend says is wrong (RFC 6749 5.2); it ends in logs. */
export const codeIn = (body: unknown): string | undefined =>
  first(CODES, body, (value) => /^[\w.-]{1,64}$/.test(value))

/** The same for a person to read. */
export const messageIn = (body: unknown): string | undefined =>
  first(MESSAGES, body, (value) => value !== '' && value.length <= LONGEST_MESSAGE)

/** What is wrong with each field, where the backend says that. */
export function fieldsIn(body: unknown): Record<string, string> | undefined {
  const found = FIELDS.map((pointer) => pointTo(body, pointer)).find(
    (value): value is Record<string, string> =>
      isJsonObject(value) && Object.values(value).every((text) => typeof text === 'string'),
  )
  return found
}

function first(
  pointers: readonly string[],
  body: unknown,
  isOne: (value: string) => boolean,
): string | undefined {
  return pointers
    .map((pointer) => pointTo(body, pointer))
    .find((value): value is string => typeof value === 'string' && isOne(value))
}
