import { AsyncLocalStorage } from 'node:async_hooks'
import nodeModule from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { GatewayOptions } from '../../gateway/options.ts'
import type { ConfigOptions } from '../../next/options.ts'
import type { Declarations, Declared, DeclaredConfig, DeclaredGateway, DevicePaths } from './declared.ts'
import { loaderOf, resolverOf } from './hooks.ts'

/** The work of this module, where it runs as a thread of its own. */
export type DeclaredWork = {
  readonly work: 'evergate-declared'
  readonly root: string
  readonly middleware: string | null
  readonly config: string | null
}

/** The defaults of `bindDevices()`. */
const DEVICE_PATHS: DevicePaths = { register: '/session/device', refresh: '/session/device/refresh' }

/** Where a thread finds this module. */
export const WORKER = new URL(import.meta.url)

if (workerData?.work === 'evergate-declared') parentPort?.postMessage(await readDeclarations(workerData))

async function readDeclarations({ root, middleware, config }: DeclaredWork): Promise<Declarations> {
  const gateways: Partial<GatewayOptions>[] = []
  const wrapped: ConfigOptions[] = []
  const heard = {
    gateway: (options: Partial<GatewayOptions>) => gateways.push(options),
    config: (options: ConfigOptions) => wrapped.push(options),
  }
  // A global of the edge runtime, which Node lacks.
  Object.assign(globalThis, { evergateDoctor: heard, AsyncLocalStorage })
  nodeModule.registerHooks?.({ resolve: resolverOf(root), load: loaderOf(root) })

  return {
    config: await declaredBy(root, config, async ({ default: exported }): Promise<DeclaredConfig> => {
      const given = typeof exported === 'function' ? await exported('phase-production-build', {}) : exported
      const [{ domain = null, backend = null } = {}] = wrapped
      return { isWrapped: wrapped.length > 0, hasLanguages: Boolean(given?.i18n), domain, backend }
    }),
    gateway: await declaredBy(root, middleware, (exported): DeclaredGateway => {
      const bindings = gateways.flatMap(({ deviceBinding = 'off' }) =>
        deviceBinding === 'off' ? [] : [deviceBinding as { readonly paths?: Partial<DevicePaths> }],
      )
      return {
        isCalled: gateways.length > 0,
        // Without what cannot be sent from thread to thread.
        rules: JSON.parse(JSON.stringify(gateways.flatMap(({ rules = [] }) => rules))),
        device: bindings[0] ? { ...DEVICE_PATHS, ...bindings[0].paths } : null,
        isTold: gateways.some(({ revocation }) => revocation),
        runtime: exported.config?.runtime ?? null,
      }
    }),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the exports of somebody's module
type Exports = Record<string, any>

async function declaredBy<Value>(
  root: string,
  file: string | null,
  read: (exported: Exports) => Value | Promise<Value>,
): Promise<Declared<Value>> {
  if (file === null) return { result: 'missing' }
  if (!nodeModule.registerHooks) return { result: 'failed', file, reason: 'Node 22.15 or newer is needed' }
  try {
    const exported = await import(/* @vite-ignore */ pathToFileURL(join(root, file)).href)
    return { result: 'declared', file, value: await read(exported) }
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    return { result: 'failed', file, reason }
  }
}
