import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { appFolder } from './apps.ts'
import { CLICK } from './click.ts'
import type { NamedSubject } from './subjects.ts'

const require = createRequire(import.meta.url)

type Entry = {
  readonly files: readonly string[]
  readonly wasm?: readonly { readonly filePath: string }[]
  readonly assets?: readonly { readonly filePath: string }[]
  readonly env?: object
}
type Runtime = { readonly context: { _ENTRIES: Record<string, unknown> } }
type Sandbox = {
  readonly getRuntimeContext: (params: object) => Promise<Runtime>
  readonly run: (params: object) => Promise<{ response: Response; waitUntil: Promise<unknown> }>
}

/** A built middleware in the sandbox that `next start` runs it in. */
export type EdgeMiddleware = {
  /** Answers one request of a page with this `Cookie` header. */
  readonly request: (cookie: string) => Promise<Response>
  /** The same in a context made for this one request, as the first one of a new process meets it. */
  readonly firstRequest: (cookie: string) => Promise<Response>
}

export async function loadMiddleware(subject: NamedSubject): Promise<EdgeMiddleware> {
  // `next start` prepares this before anything of its own is loaded.
  require('next/dist/server/node-environment')
  const { getRuntimeContext, run } = require('next/dist/server/web/sandbox') as Sandbox
  const distDir = join(appFolder(subject.name), '.next')
  const manifest = join(distDir, 'server', 'middleware-manifest.json')
  const entry =
    existsSync(manifest) && (Object.values(JSON.parse(readFileSync(manifest, 'utf8')).middleware)[0] as Entry)
  if (!entry) throw new Error(`${subject.name} has no edge middleware`)
  const paths = entry.files.map((file) => join(distDir, file))
  const inDist = (list: Entry['wasm']) =>
    (list ?? []).map((item) => ({ ...item, filePath: join(distDir, item.filePath) }))
  const edgeFunctionEntry = { ...entry, paths, wasm: inDist(entry.wasm), assets: inDist(entry.assets) }
  const params = { distDir, paths, edgeFunctionEntry, onWarning: () => {} }
  const env = subject.sessions?.env ?? {}

  const answer = async (name: string, useCache: boolean, cookie: string) => {
    const result = await run({ ...params, name, useCache, request: requestWith(cookie) })
    await result.waitUntil
    return result.response
  }

  // All are called `middleware`, and contexts are kept by name: each gets a name of its own.
  const { context } = await withEnvironment(env, () =>
    getRuntimeContext({ ...params, name: subject.name, useCache: true }),
  )
  context._ENTRIES[`middleware_${subject.name}`] = context._ENTRIES.middleware_middleware
  return {
    request: (cookie) => answer(subject.name, true, cookie),
    firstRequest: (cookie) => withEnvironment(env, () => answer('middleware', false, cookie)),
  }
}

/** A context takes a copy of the environment when it is made. */
async function withEnvironment<T>(env: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env }
  Object.assign(process.env, env)
  try {
    return await work()
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}

function requestWith(cookie: string): object {
  return {
    headers: cookie === '' ? CLICK : { ...CLICK, cookie },
    method: 'GET',
    nextConfig: { basePath: '', i18n: null, trailingSlash: false, experimental: {} },
    url: 'http://localhost:3000/',
    page: { name: '/' },
    signal: new AbortController().signal,
    waitUntil: () => {},
  }
}
