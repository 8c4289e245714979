import { hash, verify } from '@node-rs/argon2'
import type { Scheme, Work } from './scheme.ts'

// Django writes its own name of the algorithm before it.
const PHC =
  /^(?:argon2)?(\$argon2(id|i|d)(?:\$v=(?:16|19))?\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,3})\$[A-Za-z\d+/]{11,}\$[A-Za-z\d+/]{11,})$/
const ALGORITHMS: Record<string, number> = { d: 0, i: 1, id: 2 }
const MOST_MEMORY_KIB = 262_144
/** About a second and a half. */
const MOST_WORK_KIB = 1_048_576
const MOST_LANES = 16

/** Work of argon2. */
export function argon2Work(variant: string, memoryCost: number, timeCost: number, parallelism: number): Work {
  return {
    family: `argon2${variant} m=${memoryCost} p=${parallelism}`,
    units: timeCost,
    async spend(units) {
      const options = { memoryCost, timeCost: units, parallelism, algorithm: ALGORITHMS[variant] }
      await hash('', options as NonNullable<Parameters<typeof hash>[1]>)
    },
  }
}

/** `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, and its variants `i` and `d`. */
export const argon2: Scheme = (text) => {
  const [, phc, variant = '', ...costs] = PHC.exec(text) ?? []
  if (phc === undefined) return undefined
  const [memory = 0, passes = 0, lanes = 0] = costs.map(Number)
  if (memory > MOST_MEMORY_KIB || memory * passes > MOST_WORK_KIB || lanes > MOST_LANES) return 'too-costly'
  return {
    work: argon2Work(variant, memory, passes, lanes),
    matches: (password) => verify(phc, password).catch(() => false),
  }
}
