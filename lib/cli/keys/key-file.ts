import { effectiveEnvironment, parseEnv, readIfThere, withVariables } from '../env-file.ts'
import type { Io } from '../io.ts'
import { Problem } from '../report.ts'
import { writeAll } from '../write-files.ts'
import type { KindName } from './kinds.ts'
import { kinds } from './kinds.ts'
import type { KeyRing } from './ring.ts'

const FILE = '.env.local'
/** Where it is kept when keys were rotated. */
const RECORD = 'KEY_ROTATIONS'
type Rotations = Partial<Record<KindName, { readonly rotatedAt?: string; readonly staged?: boolean }>>

/** The keys that a folder's `.env.local` and the environment list. */
export type KeyFile = {
  /** An empty variable counts as unset. */
  setting(name: string): string | undefined
  /** Undefined when the variable is not set. */
  read(kind: KindName): KeyRing | undefined
  write(kind: KindName, ring: KeyRing): void
  /** Seconds that a token of this kind lives. */
  lifeOf(kind: KindName): number
}

export function openKeyFile({ cwd, env }: Pick<Io, 'cwd' | 'env'>): KeyFile {
  const text = () => readIfThere(cwd, FILE)
  // Here an empty variable does not hide the file's: a part counts it as unset, too.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value))
  const setting = (name: string) => effectiveEnvironment(given, [parseEnv(text() ?? '')])[name]

  function rotations(): Rotations {
    try {
      return JSON.parse(setting(RECORD) ?? '{}')
    } catch {
      throw new Problem(`${RECORD} in ${FILE} is not what this command wrote: delete that line.`)
    }
  }

  return {
    setting,
    lifeOf(kind) {
      const [variable, fallback] = kinds[kind].life
      return Number(setting(variable) ?? fallback)
    },
    read(kind) {
      const { variable, split } = kinds[kind]
      const list = setting(variable)
      if (list === undefined) return undefined
      const { rotatedAt, staged = false } = rotations()[kind] ?? {}
      try {
        return {
          keys: split(list),
          staged,
          rotatedAt: rotatedAt === undefined ? undefined : Date.parse(rotatedAt),
        }
      } catch {
        // The parser's own message quotes its input.
        throw new Problem(`${variable} cannot be read: it must be a private JWK set in JSON.`)
      }
    },
    write(kind, { keys, staged, rotatedAt }) {
      const { variable, join } = kinds[kind]
      if (env[variable])
        throw new Problem(
          `${variable} is set in the environment, which wins over ${FILE}: change it where it is set.`,
        )
      const entry = {
        ...(rotatedAt === undefined ? {} : { rotatedAt: new Date(rotatedAt).toISOString() }),
        ...(staged ? { staged } : {}),
      }
      const values = { [variable]: join(keys), [RECORD]: JSON.stringify({ ...rotations(), [kind]: entry }) }
      const before = text()
      writeAll(cwd, [{ path: FILE, before, after: withVariables(before ?? '', values), secret: true }])
    },
  }
}
