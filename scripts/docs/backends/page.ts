import type { ApiDescription, Call, Transport } from '../../../lib/backend/description.ts'
import * as presets from '../../../lib/backend/presets.ts'
import table from './words.json' with { type: 'json' }

export type Preset = keyof typeof presets

/** The words of a preset's page that its description does not hold. `over`: when a session is over; `credentials`: for `signIn()`. */
type Words = { readonly [Name in 'title' | 'about' | 'over' | 'credentials']: string } & {
  readonly [Name in 'variables' | 'notes']?: readonly string[]
}

/** One page each, in the order of the list. */
export const words: Readonly<Record<Preset, Words>> = table

/** `simpleJwt` in a file's name. */
export const fileOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The whole file that somebody copies. */
export const fileText = (name: Preset) =>
  `import { apiBackend, ${name} } from 'evergate/backend'\n\nexport default apiBackend(${name})\n`

/** The pages of the presets, by path. */
export function backendPages(): ReadonlyMap<string, string> {
  const names = Object.keys(words) as Preset[]
  return new Map(names.map((name) => [`docs/backends/${fileOf(name)}.md`, pageOf(name)]))
}

function pageOf(name: Preset): string {
  const { title, about, over, credentials, variables = [], notes = [] } = words[name]
  const needed = ['REMOTE_API', 'GATEWAY_SECRET', ...variables].map((variable) => `\`${variable}\``)
  return `# ${title}

<!-- Made by \`npm run docs:api\` from the preset and scripts/docs/backends/words.json. -->

${about}

\`session-backend.ts\`, beside \`next.config\`, which [names it](README.md#where-it-goes):

\`\`\`ts
${fileText(name)}\`\`\`

Set ${needed.join(', ')}. Sign in with \`signIn(${credentials})\`.

| call | as | with |
|---|---|---|
${callRows({ ...presets }[name]).join('\n')}

- A session is over on: ${over}. Everything else is an outage, and signs nobody out.
${notes.map((note) => `- ${note}\n`).join('')}
Is something different in yours? [Spread it and change that](README.md#presets); \`npx evergate doctor --probe\` says what it finds where.
`
}

function callRows(description: ApiDescription): string[] {
  const { signIn, register, refresh, signOut, me, authorize = 'bearer' } = description
  const row = (
    name: string,
    call: Call | string | false | undefined,
    defaults: Partial<Call>,
    otherwise = 'the credentials',
  ) => {
    if (call === undefined || call === false) return []
    const own = typeof call === 'string' ? { path: call } : call
    const { path, method, refreshToken, accessToken } = { ...defaults, ...own }
    const tokens = [
      refreshToken && `refresh token: ${inWords(refreshToken)}`,
      accessToken && `access token: ${inWords(accessToken)}`,
    ].filter(Boolean)
    return [`| ${name} | \`${method ?? 'POST'} ${path}\` | ${tokens.join('; ') || otherwise} |`]
  }
  const carries = (call: Call | string | false | undefined) =>
    typeof call === 'object' && Boolean(call.refreshToken || call.accessToken || call.body)
  const refreshDefaults = carries(refresh) ? {} : { refreshToken: 'body:refreshToken' as const }
  const signOutDefaults = carries(signOut) ? {} : { accessToken: authorize }
  return [
    ...row('sign-in', signIn, {}),
    ...row('register', register, {}),
    ...row('renewal', refresh, refreshDefaults, 'refresh token: in its own body'),
    ...row('sign-out', signOut, signOutDefaults),
    ...row('who it is', me, { method: 'GET', accessToken: authorize }),
    `| your API | \`backendFetch()\`, the proxy | access token: ${inWords(authorize)} |`,
  ]
}

function inWords(transport: Transport): string {
  if (typeof transport === 'function') return 'headers of its own'
  const [, kind, name] = /^(\w+):?(.*)$/.exec(transport) ?? []
  return kind === 'bearer' ? 'bearer' : `${kind} \`${name}\``
}
