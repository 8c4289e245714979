import type { Frame } from '../lib/profile.ts'

export const GROUPS = [
  'HTTP, sockets and streams (Node)',
  'Express and its middleware',
  'jose and cryptography',
  'the store, with its driver',
  'the log',
  'the rest of the auth server',
  'the rest of Node',
  'the engine and what it calls',
  'garbage collection',
  'waiting',
] as const
export type Group = (typeof GROUPS)[number]

/** Whose code a function is: the first that its place fits. */
const PLACES: readonly (readonly [RegExp, Group])[] = [
  [
    /auth-server\/store\/|node_modules\/(pg|pg-[\w-]+|@redis|postgres-[\w-]+)\/|^node:(internal\/)?sqlite/,
    'the store, with its driver',
  ],
  [/auth-server\/observe\/|node_modules\/pino/, 'the log'],
  [/node_modules\/jose\/|auth-server\/tokens?\/|^node:(internal\/)?crypto/, 'jose and cryptography'],
  [/auth-server\//, 'the rest of the auth server'],
  [
    /^node:(_?http|internal\/(http|net|stream|js_stream|dns)|net|stream|_stream|string_decoder|buffer|internal\/buffer)/,
    'HTTP, sockets and streams (Node)',
  ],
  [/node_modules\//, 'Express and its middleware'],
  [/^node:/, 'the rest of Node'],
]

/** Undefined: the place of the sampling itself. */
export function groupOf({ functionName, url }: Pick<Frame, 'functionName' | 'url'>): Group | undefined {
  if (functionName === '(root)') return undefined
  if (functionName === '(idle)') return 'waiting'
  if (functionName === '(garbage collector)') return 'garbage collection'
  return PLACES.find(([place]) => place.test(url))?.[1] ?? 'the engine and what it calls'
}
