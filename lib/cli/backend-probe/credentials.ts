import { isJsonObject } from '../../gateway/json-object.ts'
import type { Io } from '../io.ts'
import { Problem } from '../report.ts'

const HOW =
  'Give credentials in EVERGATE_CREDENTIALS, as JSON with the names that the backend has, or in EVERGATE_EMAIL and EVERGATE_PASSWORD.'

/** The credentials of a probe: from the environment, or asked for. Never from the command line, which others can read. */
export async function readCredentials({ env, ask }: Pick<Io, 'env' | 'ask'>): Promise<object> {
  if (env.EVERGATE_CREDENTIALS) return parse(env.EVERGATE_CREDENTIALS)
  const email = env.EVERGATE_EMAIL || (await ask?.('E-mail address: '))
  const password = email && (env.EVERGATE_PASSWORD || (await ask?.('Password: ', { secret: true })))
  if (email && password) return { email, password }
  throw new Problem(HOW, 2)
}

function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (isJsonObject(value)) return value
  } catch {
    // The message of `JSON.parse` would quote the password.
  }
  throw new Problem(`EVERGATE_CREDENTIALS is no JSON object. ${HOW}`, 2)
}
