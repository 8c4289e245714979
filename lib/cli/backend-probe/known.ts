import type { ApiDescription, Call, Places, TokenPlaces } from '../../backend/description.ts'
import type { Answer } from '../../backend/pointer.ts'
import { claimsIn, find, textOf } from '../../backend/pointer.ts'
import { findTokens } from '../../backend/tokens.ts'
import { whoseIs } from '../../backend/whose.ts'
import type { Io } from '../io.ts'
import type { Report } from '../report.ts'
import { createCaller } from './call.ts'
import { kindOf } from './spots.ts'

const DEFAULTS: TokenPlaces = {
  access: ['/accessToken', '/access_token', '/token', '/access', '/jwt'],
  refresh: ['/refreshToken', '/refresh_token', '/refresh'],
}
const list = (places: Places = []) => (typeof places === 'string' ? [places] : places)
const tokensOf = (call: Call | string) => (typeof call === 'string' ? {} : (call.tokens ?? {}))

/** Signs in to a described backend, renews, and says which place of the description has found what. */
export async function probeKnown(
  io: Pick<Io, 'fetch' | 'clock'>,
  remoteApi: string,
  description: ApiDescription,
  credentials: object,
): Promise<Report> {
  const call = createCaller(io, description, remoteApi)
  const { authorize = 'bearer' } = description
  const now = io.clock() / 1000
  const lines: string[] = []
  const ended = (exitCode: 0 | 1): Report => ({
    exitCode,
    text: lines.map((line) => `${line}\n`).join(''),
    json: { lines },
  })
  const pathOf = (one: Call | string) => (typeof one === 'string' ? one : one.path)

  /** The tokens of an answer, told place by place. */
  function look(answer: Answer, one: Call | string, sent: string | null) {
    const places = { ...DEFAULTS, ...description.tokens, ...tokensOf(one) }
    for (const kind of ['access', 'refresh'] as const) {
      const held = list(places[kind]).map((place) => [place, find(place, answer, textOf)] as const)
      const [place, value] = held.find(([, text]) => text !== undefined) ?? []
      lines.push(
        value === undefined
          ? `  ${kind} token: none at ${held.map(([where]) => where || 'the whole body').join(', ')}`
          : `  ${kind} token: ${place || 'the whole body'} (${kindOf(value, now)})`,
      )
    }
    const found = findTokens(answer, places, description, sent, now)
    if (found) lines.push(`  believed for ${Math.round(found.life)} s`)
    return found
  }

  async function person(access: string, answer: Answer): Promise<boolean> {
    const sources = { claims: claimsIn(access), answer: answer.body ?? {}, me: {} }
    let told = whoseIs(sources, description)
    if (told.id === undefined && description.me) {
      const me = await call(
        description.me,
        { method: 'GET', accessToken: authorize },
        { accessToken: access },
      )
      lines.push(`me: ${pathOf(description.me)} answers ${me.status}`)
      told = whoseIs({ ...sources, me: me.status < 300 ? (me.body ?? {}) : {} }, description)
    }
    const why = told.error instanceof Error ? `: ${told.error.message}` : ''
    lines.push(
      told.id === undefined
        ? `  person: finds no id${why}`
        : `  person: an id, roles ${JSON.stringify(told.roles ?? [])}`,
    )
    return told.id !== undefined
  }

  const begun = await call(description.signIn, {}, { credentials })
  lines.push(`sign-in: ${pathOf(description.signIn)} answers ${begun.status}`)
  const tokens = begun.status < 400 ? look(begun, description.signIn, null) : undefined
  if (begun.status === 404 || begun.status === 405)
    lines.push(
      'Is that where it signs people in? Of paths that you give it proposes a description: --sign-in /auth/login --refresh /auth/refresh',
    )
  if (!tokens || !(await person(tokens.access, begun))) return ended(1)

  const { refresh } = description
  const isTold = typeof refresh !== 'string' && (refresh.refreshToken || refresh.accessToken || refresh.body)
  const sent = { accessToken: tokens.access, refreshToken: tokens.refresh ?? null }
  const renewed = await call(refresh, isTold ? {} : { refreshToken: 'body:refreshToken' }, sent)
  lines.push(`refresh: ${pathOf(refresh)} answers ${renewed.status}`)
  const next = renewed.status < 300 ? look(renewed, refresh, tokens.access) : undefined
  if (description.signOut) {
    const input = {
      accessToken: next?.access ?? tokens.access,
      refreshToken: next?.refresh ?? tokens.refresh ?? null,
    }
    const over = await call(description.signOut, { accessToken: authorize }, input)
    lines.push(`sign-out: ${pathOf(description.signOut)} answers ${over.status}`)
  }
  return ended(next ? 0 : 1)
}
