import { sessionFetch } from 'evergate/react'
import { below } from '../_lib/base-path'

/** The result of one fetch through the gateway to the backend. */
export type BackendAnswer =
  | { kind: 'answered'; status: number; outcome: string | null; milliseconds: number; body: string }
  | { kind: 'signed-out' }
  | { kind: 'unavailable'; status: number | null }

/** Asks the backend who I am. The browser sends cookies only; the gateway turns them into a bearer token. */
export async function fetchMe(): Promise<BackendAnswer> {
  const start = performance.now()
  try {
    const response = await sessionFetch(below('/api/backend/me'), {
      headers: { accept: 'application/json' },
      cache: 'no-store',
    })
    if (response.status === 401) return { kind: 'signed-out' }
    if (!response.ok) return { kind: 'unavailable', status: response.status }
    const body: unknown = await response.json()
    return {
      kind: 'answered',
      status: response.status,
      outcome: response.headers.get('x-session'),
      milliseconds: Math.round(performance.now() - start),
      body: JSON.stringify(body, null, 2),
    }
  } catch {
    return { kind: 'unavailable', status: null }
  }
}
