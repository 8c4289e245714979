import { isCookieValue } from '../gateway/cookies/header.ts'
import { parseSetCookie } from '../gateway/cookies/set-cookie.ts'
import { GatewayError } from '../gateway/errors.ts'
import { isJsonObject } from '../gateway/json-object.ts'
import { checkedAddress } from '../gateway/private-address.ts'
import type { BackendContext } from '../gateway/renewal/backend.ts'
import { forwardedHeaders } from '../gateway/renewal/backend.ts'
import { parseJson } from '../gateway/renewal/issued-tokens.ts'
import type { ApiDescription, Call, CallInput, Transport } from './description.ts'
import type { Answer } from './pointer.ts'
import { Unusable } from './unusable.ts'

/** A call as it is made, with its defaults and what the environment holds. */
export type PreparedCall = Omit<Call, 'path' | 'query'> & { readonly url: string; readonly method: string }

/** @throws {GatewayError} `invalid_option` when it cannot be made. */
export function prepare(
  call: Call | string,
  { headers }: ApiDescription,
  baseUrl: string,
  defaults: Partial<Call> = {},
): PreparedCall {
  const { path, query, ...given } = typeof call === 'string' ? { path: call } : call
  const url = checkedAddress(/^https?:/.test(path) ? path : baseUrl + path)
  for (const [name, value] of Object.entries(resolveTexts(query))) url.searchParams.set(name, value)
  return {
    method: 'POST',
    ...defaults,
    ...given,
    headers: resolveTexts({ ...headers, ...given.headers }),
    fields: resolveTexts(given.fields),
    url: url.href,
  }
}

/** Texts with what the environment holds in the place of `env:NAME`. @throws {GatewayError} `invalid_option` */
export const resolveTexts = (texts: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const [, variable = ''] = /^env:(.+)/.exec(text) ?? []
      const value = variable ? process.env[variable] : text
      if (value) return [name, value]
      throw new GatewayError('invalid_option', `set ${variable || name} for the backend`)
    }),
  )

/** The parts of a call. */
type Parts = {
  readonly headers: Headers
  readonly cookies: string[]
  readonly query: [string, string][]
  readonly fields: Record<string, unknown>
  isForm: boolean
}

const newParts = (headers: Record<string, string> = {}, isForm = false): Parts => ({
  headers: new Headers(headers),
  cookies: [],
  query: [],
  fields: {},
  isForm,
})

/** Puts a token where a call carries it. */
function carry(token: string, transport: Transport, to: Parts): void {
  if (typeof transport === 'function') {
    for (const [name, value] of Object.entries(transport(token))) to.headers.set(name, value)
    return
  }
  const [, kind, name = ''] = /^(\w+):?(.*)/.exec(transport) ?? []
  if (kind === 'bearer') to.headers.set('authorization', `Bearer ${token}`)
  else if (kind === 'header') to.headers.set(name, token)
  else if (kind === 'cookie')
    to.cookies.push(`${name}=${isCookieValue(token) ? token : encodeURIComponent(token)}`)
  else if (kind === 'query') to.query.push([name, token])
  else {
    to.fields[name] = token
    to.isForm ||= kind === 'form'
  }
}

/** The headers that a transport makes of a token. */
export function headersFor(token: string, transport: Transport): Record<string, string> {
  const parts = newParts()
  carry(token, transport, parts)
  const { headers, cookies } = parts
  return { ...Object.fromEntries(headers), ...(cookies[0] && { cookie: cookies[0] }) }
}

/** Makes a call and reads its answer, whatever its status. Throws when none came. */
export async function send(call: PreparedCall, input: CallInput, context: BackendContext): Promise<Answer> {
  const { fetch, signal, now, cookies } = context
  const parts = newParts({ ...forwardedHeaders(context), ...call.headers }, call.form)
  const { headers, fields } = parts
  const own: unknown = call.body ? call.body(input) : input.credentials
  // Credentials change none of the constant members.
  Object.assign(fields, isJsonObject(own) && own, call.fields)
  for (const name of ['refreshToken', 'accessToken'] as const) {
    const [token, transport] = [input[name], call[name]]
    if (token !== null && transport) carry(token, transport, parts)
  }
  const cookie = [...parts.cookies, ...(cookies ? [cookies] : [])].join('; ')
  if (cookie) headers.set('cookie', cookie)
  const url = new URL(call.url)
  for (const [name, value] of parts.query) url.searchParams.set(name, value)
  let body = typeof own === 'string' ? own : undefined
  if (!/^(GET|HEAD)$/.test(call.method) && Object.keys(fields).length > 0) {
    const type = parts.isForm ? 'application/x-www-form-urlencoded' : 'application/json'
    if (!headers.has('content-type')) headers.set('content-type', type)
    body = parts.isForm ? formOf(fields) : JSON.stringify(fields)
  }
  try {
    const response = await fetch(url.href, {
      method: call.method,
      headers,
      redirect: 'manual',
      cache: 'no-store',
      signal,
      ...(body !== undefined && { body }),
    })
    return readAnswer(response.status, response.headers, await response.text(), now)
  } catch (cause) {
    throw new Unusable('no_answer', { cause })
  }
}

const formOf = (fields: object) =>
  String(new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])))

/** `now` in seconds. */
function readAnswer(status: number, headers: Headers, text: string, now: number): Answer {
  const setCookies = headers.getSetCookie()
  const cookies = setCookies.flatMap((header) => {
    const cookie = parseSetCookie(header, now)
    // One that is cleared, or has ended already, is no token.
    return cookie?.value && (cookie.maxAge ?? 1) > 0 ? [cookie] : []
  })
  return { status, headers, body: parseJson(text), setCookies, cookies }
}
