import { below } from '../_lib/base-path'

/** The result of one request through the gateway, in words. */
export type Asked = { readonly status: number; readonly outcome: string; readonly milliseconds: number }

/** Sends a request the way any script of a page would. `status` 0: no answer. */
async function ask(method: 'GET' | 'POST', path: string): Promise<Asked> {
  const start = performance.now()
  const headers = { accept: 'application/json' }
  try {
    const response = await fetch(below(path), { method, headers, cache: 'no-store' })
    await response.text()
    const outcome = response.headers.get('x-session') ?? 'none'
    return { status: response.status, outcome, milliseconds: Math.round(performance.now() - start) }
  } catch {
    return { status: 0, outcome: 'no answer', milliseconds: Math.round(performance.now() - start) }
  }
}

/** Needs a session, and no renewal while the token is good. */
export const askForSession = () => ask('GET', '/api/session')

/** Renews however good the token is. */
export const renewNow = () => ask('POST', '/api/refreshresttokens')

/** "200 renewed in 14 ms, 200 renewed in 15 ms" */
export const inWords = (answers: readonly Asked[]) =>
  answers.map(({ status, outcome, milliseconds }) => `${status} ${outcome} in ${milliseconds} ms`).join(', ')

/** Lets the server come with a copy of this browser's cookies. @returns what became of it. */
export const copyCookies = async () => (await letServer('/inspector/theft')).message

/** Lets the server do its part of an experiment. @returns why it has not; null when it has. */
export async function prepare(path: string): Promise<string | null> {
  const { isDone, message } = await letServer(path)
  return isDone ? null : message
}

async function letServer(path: string): Promise<{ isDone: boolean; message: string }> {
  try {
    const response = await fetch(below(path), { method: 'POST', headers: { accept: 'application/json' } })
    const { message }: { message?: string } = await response.json()
    const instead = `The gateway answers ${response.status}: mend the backend, or sign in again.`
    return { isDone: response.ok, message: message ?? instead }
  } catch {
    return { isDone: false, message: 'The server could not be reached. Nothing has changed: try again.' }
  }
}
