import * as presets from '../../backend/presets.ts'
import type { Io } from '../io.ts'
import { Problem } from '../report.ts'

type Preset = keyof typeof presets

/**
 * The part that signs people in: an API with a preset, an API of its own kind, an OpenID provider, the app itself by its own table of users,
 * or the auth server. The auth server takes the place of an app that does it itself.
 */
export type Signer =
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'api' | 'openid' | 'own-users' | 'auth-server' }

const PRESETS = Object.keys(presets) as Preset[]
const OTHERS = ['api', 'openid', 'own-users', 'auth-server'] as const
/** Values of `--backend`. */
export const SIGNERS: readonly string[] = [...PRESETS, ...OTHERS]

const QUESTION = `Who signs people in today?
  1  your API
  2  an OpenID provider
  3  this app itself, with a table of users of its own
  4  nobody yet: Evergate's auth server
[4] `

const WHICH = `Which kind of API?
  ${PRESETS.join(', ')}
[none of these] `

/** @throws {Problem} exit code 2, for a value that is none of {@link SIGNERS}. */
export function readSigner(given: string): Signer {
  const preset = PRESETS.find((name) => plain(name) === plain(given))
  if (preset) return { kind: 'preset', preset }
  const other = OTHERS.find((kind) => kind === given)
  if (other) return { kind: other }
  throw new Problem(`--backend takes one of: ${SIGNERS.join(', ')}.`, 2)
}

export async function askForSigner(ask: NonNullable<Io['ask']>): Promise<Signer> {
  const answer = (await ask(QUESTION)).trim()
  if (answer === '2') return { kind: 'openid' }
  if (answer === '3') return { kind: 'own-users' }
  if (answer !== '1') return { kind: 'auth-server' }
  const kind = (await ask(WHICH)).trim()
  const preset = PRESETS.find((name) => plain(name) === plain(kind))
  return preset ? { kind: 'preset', preset } : { kind: 'api' }
}

/** `simple-jwt` and `simpleJwt` are one. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
