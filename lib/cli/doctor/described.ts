import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ApiDescription } from '../../backend/description.ts'
import type { HoldingBackend } from '../../gateway/options.ts'
import type { Backend } from '../../gateway/renewal/backend.ts'
import type { CookieBackendOptions } from '../../gateway/renewal/cookie-backend.ts'
import type { Declarations } from '../declared/declared.ts'
import { readIfThere } from '../env-file.ts'

/** The backend of the app's own file, as the gateway has it. */
export type OwnBackend = {
  /** From the app's folder. */
  readonly file: string
  readonly backend: Backend | HoldingBackend
  /** Of an `apiBackend()`. */
  readonly description: ApiDescription | null
}

export type FoundBackend =
  | { readonly result: 'none' }
  | ({ readonly result: 'found' } & OwnBackend)
  | { readonly result: 'failed'; readonly file: string; readonly reason: string }

/**
 * Loads the file that `withGateway({ … }, { backend })` names. It is code, and is run: nothing else knows what it describes.
 * `env:` in it means `environment`.
 */
export async function findBackend(
  root: string,
  declared: Declarations['config'],
  environment: Readonly<Record<string, string>>,
): Promise<FoundBackend> {
  const file = fileOf(root, declared)
  if (file === undefined) return { result: 'none' }
  try {
    for (const [name, value] of Object.entries(environment)) process.env[name] ??= value
    const { default: backend } = await import(/* @vite-ignore */ pathToFileURL(join(root, file)).href)
    if (typeof backend?.open !== 'function' && typeof backend?.refresh !== 'function')
      return { result: 'failed', file, reason: 'its default export is no backend' }
    return { result: 'found', file, backend, description: backend.description ?? null }
  } catch (error) {
    return { result: 'failed', file, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** As the build has it; before there is one, as the configuration gives it. */
function fileOf(root: string, declared: Declarations['config']): string | undefined {
  const built = /"EVERGATE_BACKEND":"([^"]+)"/.exec(
    readIfThere(root, '.next/required-server-files.json') ?? '',
  )
  return built?.[1] ?? (declared.result === 'declared' ? (declared.value.backend ?? undefined) : undefined)
}

/** The call that renews: what a backend is asked that changes nothing when it comes without a token. */
export function refreshCall(own: OwnBackend | null, remoteApi: string): { url: string; method: string } {
  const { description, backend } = own ?? {}
  if (description) {
    const { path, method = 'POST' } =
      typeof description.refresh === 'string' ? { path: description.refresh } : description.refresh
    const baseUrl = (description.baseUrl ?? remoteApi).replace(/\/+$/, '')
    return { url: /^https?:/.test(path) ? path : baseUrl + path, method }
  }
  const cookies: Partial<CookieBackendOptions> = (backend && 'cookies' in backend && backend.cookies) || {}
  const { path = '/refreshtoken', method = 'POST' } = cookies
  return { url: (cookies.remoteApi ?? remoteApi).replace(/\/+$/, '') + path, method }
}
