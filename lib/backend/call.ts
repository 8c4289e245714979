import { formatCookieHeader, isCookieValue } from '../gateway/cookies/header.ts'
import { parseSetCookie } from '../gateway/cookies/set-cookie.ts'
import { GatewayError } from '../gateway/errors.ts'
import { isJsonObject } from '../gateway/json-object.ts'
import { checkedAddress } from '../gateway/private-address.ts'
import type { BackendContext } from '../gateway/renewal/backend.ts'
import type { ApiDescription, Call, CallInput, Transport } from './description.ts'
import type { Answer } from './pointer.ts'

/** A call as it is made, with its defaults and what the environment holds. */
export type PreparedCall = Omit<Call, 'path'> & { readonly url: string; readonly method: string }

/** @throws {GatewayError} `invalid_option` when it cannot be made. */
export function prepare(
  call: Call | string,
  { headers = {} }: ApiDescription,
  baseUrl: string,
  defaults: Partial<Call> = {},
): PreparedCall {
  const { path, ...given } = typeof call === 'string' ? { path: call } : call
  const texts = {
    headers: resolveTexts({ ...headers, ...given.headers }),
    ...(given.query && { query: resolveTexts(given.query) }),
    ...(given.fields && { fields: resolveTexts(given.fields) }),
  }
  const url = checkedAddress(/^https?:/.test(path) ? path : baseUrl + path)
  for (const [name, value] of Object.entries(texts.query ?? {})) url.searchParams.set(name, value)
  return { method: 'POST', ...defaults, ...given, ...texts, url: url.href }
}

/** Texts with what the environment holds in the place of `env:NAME`. @throws {GatewayError} `invalid_option` */
export function resolveTexts(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const variable = /^env:(.+)$/.exec(text)?.[1]
      const value = variable === undefined ? text : process.env[variable]
      if (value) return [name, value]
      throw new GatewayError('invalid_option', `set ${variable ?? name}, which the backend needs`)
    }),
  )
}

/** Puts a token where a call carries it. */
function carry(token: string, transport: Transport, to: Parts): void {
  if (typeof transport === 'function') {
    Object.assign(to.headers, transport(token))
    return
  }
  const [, kind = '', name = ''] = /^(\w+):?(.*)$/.exec(transport) ?? []
  if (kind === 'bearer') to.headers.authorization = `Bearer ${token}`
  else if (kind === 'header') to.headers[name] = token
  else if (kind === 'cookie')
    to.cookies.push({ name, value: isCookieValue(token) ? token : encodeURIComponent(token) })
  else if (kind === 'query') to.query.push([name, token])
  else {
    to.fields[name] = token
    to.isForm ||= kind === 'form'
  }
}

type Parts = {
  readonly headers: Record<string, string>
  readonly cookies: { name: string; value: string }[]
  readonly query: [string, string][]
  readonly fields: Record<string, unknown>
  isForm: boolean
}

const newParts = (headers: Readonly<Record<string, string>>, isForm = false): Parts => ({
  headers: { ...headers },
  cookies: [],
  query: [],
  fields: {},
  isForm,
})

/** The headers that a transport makes of a token. */
export function headersFor(token: string, transport: Transport): Record<string, string> {
  const parts = newParts({})
  carry(token, transport, parts)
  const cookie = formatCookieHeader(parts.cookies)
  return { ...parts.headers, ...(cookie && { cookie }) }
}

/** Makes a call and reads its answer, whatever its status. Throws when none came. */
export async function send(
  call: PreparedCall,
  input: CallInput,
  { fetch, signal, now, ...context }: BackendContext,
): Promise<Answer> {
  const { forwardedFor, userAgent, traceparent, cookies } = context
  const parts = newParts(
    {
      accept: 'application/json',
      traceparent,
      ...(forwardedFor !== null && { 'x-forwarded-for': forwardedFor }),
      ...(userAgent !== null && { 'user-agent': userAgent }),
      ...call.headers,
    },
    call.form,
  )
  const own: unknown = call.body ? call.body(input) : input.credentials
  for (const name of ['refreshToken', 'accessToken'] as const) {
    const [token, transport] = [input[name], call[name]]
    if (token !== null && transport) carry(token, transport, parts)
  }
  const fields = { ...call.fields, ...(isJsonObject(own) ? own : {}), ...parts.fields }
  const hasBody = !['GET', 'HEAD'].includes(call.method) && Object.keys(fields).length > 0
  const cookie = [cookies, formatCookieHeader(parts.cookies)].filter(Boolean).join('; ')
  const url = new URL(call.url)
  for (const [name, value] of parts.query) url.searchParams.set(name, value)
  const type = parts.isForm ? 'application/x-www-form-urlencoded' : 'application/json'
  const response = await fetch(url.href, {
    method: call.method,
    headers: {
      ...(hasBody && { 'content-type': type }),
      ...parts.headers,
      ...(cookie && { cookie }),
    },
    redirect: 'manual',
    cache: 'no-store',
    signal,
    ...(typeof own === 'string' && { body: own }),
    ...(hasBody && { body: parts.isForm ? formOf(fields) : JSON.stringify(fields) }),
  })
  return readAnswer(response.status, response.headers, await response.text(), now)
}

const formOf = (fields: object) =>
  new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString()

/** `now` in seconds. */
export function readAnswer(status: number, headers: Headers, text: string, now: number): Answer {
  const setCookies = headers.getSetCookie()
  const cookies = setCookies.flatMap((header) => {
    const cookie = parseSetCookie(header, now)
    // One that is cleared, or has ended already, is no token.
    return cookie?.value && (cookie.maxAge ?? 1) > 0 ? [cookie] : []
  })
  return { status, headers, body: parsed(text), setCookies, cookies }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
