import { createKeySet } from '../../gateway/token/key-set.ts'
import type { Io } from '../io.ts'
import type { Report } from '../report.ts'
import { Problem } from '../report.ts'
import { builtOptions, gatewaySettings, projectEnvironment } from '../settings.ts'
import { formatCookies, formatToken } from './format.ts'
import { inspectCookies } from './inspect-cookies.ts'
import { inspectToken } from './inspect-token.ts'

/** Bytes; a header that servers accept is far smaller. */
const MAX_INPUT = 65_536

/** Says what a token, or the session in a Cookie header, is to the gateway of this folder. Reads it from standard input. */
export async function inspectSession(io: Io, what: 'token' | 'cookie-header'): Promise<Report> {
  const input = (await readInput(io, what)).trim()
  const settings = gatewaySettings(projectEnvironment(io), builtOptions(io.cwd), io)
  const keys = createKeySet(settings)
  const now = io.clock() / 1000
  if (what === 'token') {
    const read = await inspectToken(input.replace(/^bearer +/i, ''), settings, keys, now)
    const isGood = ['valid', 'expiring', 'opaque'].includes(read.state)
    return { exitCode: isGood ? 0 : 1, text: formatToken(read, now, io.colors), json: read }
  }
  const read = await inspectCookies(input, settings, keys, now)
  const isGood =
    read.refused === null &&
    ['valid', 'expiring'].includes(stateOfAccess(read, settings.cookieNames.accessToken))
  return { exitCode: isGood ? 0 : 1, text: formatCookies(read, now, io.colors), json: read }
}

const stateOfAccess = ({ cookies }: Awaited<ReturnType<typeof inspectCookies>>, name: string) =>
  cookies[name]?.state ?? 'absent'

async function readInput(io: Io, what: 'token' | 'cookie-header'): Promise<string> {
  if (!io.readInput)
    throw new Problem(
      `Give the ${what === 'token' ? 'token' : 'Cookie header'} on standard input, such as: evergate session inspect < token.txt`,
      2,
    )
  const input = await io.readInput()
  if (input.trim() === '') throw new Problem('Standard input was empty: there is nothing to inspect.', 2)
  if (input.length > MAX_INPUT) throw new Problem('That is too long for a token or a Cookie header.', 2)
  return input
}
