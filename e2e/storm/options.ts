import { parseArgs } from 'node:util'

export const STORES = ['sqlite', 'postgres', 'redis'] as const
export type StoreKind = (typeof STORES)[number]

/** The options of a storm's command line. */
export type StormOptions = {
  readonly store: StoreKind
  readonly gateways: number
  readonly auth: number
  /** Visitors, each with a session of their own. */
  readonly sessions: number
  /** How many tabs a visitor opens at most. */
  readonly tabs: number
  readonly seconds: number
  readonly faults: 'on' | 'off'
  /** Whether gateways are told which sessions have ended, and some visitors leave meanwhile. */
  readonly revocation: 'on' | 'off'
  /** Whether visitors have browsers with device keys, and thieves copy their cookie jars. */
  readonly bound: boolean
  readonly seed: number
  /** Requests at a time, over all visitors. */
  readonly concurrency: number
}

export const DEFAULTS: StormOptions = {
  store: 'sqlite',
  gateways: 2,
  auth: 2,
  sessions: 500,
  tabs: 20,
  seconds: 60,
  faults: 'on',
  revocation: 'off',
  bound: false,
  seed: 1,
  concurrency: 24,
}

export const USAGE =
  'npm run storm -- [--store sqlite|postgres|redis] [--gateways 2] [--auth 2] [--sessions 500] [--tabs 20] ' +
  '[--seconds 60] [--faults on|off] [--revocation on|off] [--bound] [--seed 1] [--concurrency 24]'

/** Reads the arguments, or says in one sentence what is wrong with them. */
export function readOptions(args: readonly string[]): StormOptions | { readonly problem: string } {
  try {
    const names = Object.keys(DEFAULTS) as (keyof StormOptions)[]
    const { values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(
        names.map((name) => [name, { type: name === 'bound' ? ('boolean' as const) : ('string' as const) }]),
      ),
    })
    const text = (name: keyof StormOptions) => String(values[name] ?? DEFAULTS[name])
    return {
      store: oneOf(STORES, 'store', text('store')),
      gateways: whole('gateways', text('gateways'), 1),
      auth: whole('auth', text('auth'), 1),
      sessions: whole('sessions', text('sessions'), 1),
      tabs: whole('tabs', text('tabs'), 1),
      seconds: whole('seconds', text('seconds'), 1),
      faults: oneOf(['on', 'off'], 'faults', text('faults')),
      revocation: oneOf(['on', 'off'], 'revocation', text('revocation')),
      bound: Boolean(values.bound),
      seed: whole('seed', text('seed'), 0),
      concurrency: whole('concurrency', text('concurrency'), 1),
    }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function whole(name: string, text: string, least: number): number {
  const number = Number(text)
  if (text !== '' && Number.isSafeInteger(number) && number >= least) return number
  throw new Error(`--${name} must be a whole number, ${least} or more, and is "${text}".`)
}

function oneOf<Choice extends string>(choices: readonly Choice[], name: string, text: string): Choice {
  const found = choices.find((choice) => choice === text)
  if (found) return found
  throw new Error(`--${name} must be ${choices.join(' or ')}, and is "${text}".`)
}
