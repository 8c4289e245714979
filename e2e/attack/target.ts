import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { DEMO } from '../support/accounts.ts'
import { aged, signInAtAuthServer, type Tokens } from '../support/client.ts'
import type { Stack } from '../support/stack.ts'

/** A production build under attack, alone or behind nginx. */
export type Target = {
  readonly name: string
  readonly stack: Stack
  /** Where the attacker sends requests. */
  readonly url: string
  /** The beginning of the names of session cookies: `__Host-` over https. */
  readonly prefix: string
  /** The process that serves the app. */
  readonly appPid: number
}

export type Sent = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
}

export type Got = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly setCookies: readonly string[]
  readonly body: string
}

/** Sends a request byte for byte: nothing normalises its path, which is one of the app's, or adds headers. */
export function send(
  target: Pick<Target, 'url'>,
  path: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<Got> {
  const url = new URL(target.url)
  const start = url.protocol === 'https:' ? secureRequest : request
  return new Promise((resolve, reject) => {
    const sent = start(
      {
        hostname: url.hostname,
        port: url.port,
        path: url.pathname.replace(/\/$/, '') + path,
        method,
        headers: { host: url.host, ...(headers as Record<string, string>) },
        agent: false,
        // Next's own redirect names a long path twice.
        maxHeaderSize: 65_536,
        rejectUnauthorized: false,
      },
      async (response) => {
        const found = Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join('\n') : value,
          ]),
        )
        const answer = await text(response).catch(() => '')
        resolve({
          status: response.statusCode ?? 0,
          headers: found,
          setCookies: response.headers['set-cookie'] ?? [],
          body: answer,
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The Cookie header of a session at this target. */
export function cookiesOf({ prefix }: Target, tokens: Partial<Tokens>): string {
  return Object.entries(tokens)
    .filter(([name]) => name === 'accessToken' || name === 'refreshToken')
    .map(([name, value]) => `${prefix}${name}=${value}`)
    .join('; ')
}

/** A session that is due for a renewal, of a person of its own. */
export async function dueSession(
  { stack }: Target,
  account: { email: string; password: string } = DEMO,
): Promise<Tokens> {
  return aged(stack, await signInAtAuthServer(stack, account))
}

/** A person nobody else uses. */
export async function newcomer({ stack }: Target): Promise<{ email: string; password: string }> {
  const account = {
    email: `${crypto.randomUUID()}@example.com`,
    password: 'a-long-enough-password-1',
    name: 'Somebody',
  }
  const response = await fetch(`${stack.auth.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  if (response.status !== 201) throw new Error(`register answered ${response.status}`)
  return account
}

/** Headers of a page that a browser asks for. */
export const PAGE = { accept: 'text/html', 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }
/** Headers of a script's call on the same site. */
export const CALL = { accept: 'application/json', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }
