import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { EdgeVM } from '@edge-runtime/vm'

const OUTPUT = '.vercel/output/services/app'
const FUNCTION = `${OUTPUT}/functions/middleware.func`

/** Whether `npm run vercel:build` has been here. */
export const isBuiltForVercel = () => existsSync(join(FUNCTION, '.vc-config.json'))

/** A middleware as the platform holds it. */
export type EdgeFunction = {
  readonly handle: (request: Request) => Promise<Response>
  /** The work that it hands to `waitUntil`. */
  readonly waitedFor: Promise<unknown>[]
}

/** Loads the built `middleware.func` into an edge VM, with `env` as the project's environment variables. */
export function loadEdgeFunction(env: Readonly<Record<string, string>>): EdgeFunction {
  const config = JSON.parse(readFileSync(join(FUNCTION, '.vc-config.json'), 'utf8'))
  if (config.runtime !== 'edge')
    throw new Error(`middleware.func is built for ${config.runtime}, not the edge`)
  const code = readFileSync(join(FUNCTION, config.entrypoint), 'utf8')
  const vm = new EdgeVM({
    extend: (context) =>
      Object.assign(context, {
        AsyncLocalStorage,
        process: { env: { ...config.environment, ...env } },
        // The two modules of Node that Vercel's edge runtime offers to Next.
        require: offering('async_hooks', 'buffer'),
      }),
  })
  // Its entry is a module, and the VM runs scripts: the one export becomes a variable.
  if (code.split('\n  export default ').length !== 2)
    throw new Error('middleware.func has no single default export')
  vm.evaluate(code.replace('\n  export default ', '\n  globalThis.entry = '))
  const waitedFor: Promise<unknown>[] = []
  const event = { waitUntil: (work: Promise<unknown>) => void waitedFor.push(work) }
  return {
    waitedFor,
    handle: ({ url, method, headers }) =>
      vm.context.entry(new vm.context.Request(url, { method, headers: [...headers] }), event),
  }
}

function offering(...names: readonly string[]): (name: string) => unknown {
  const require = createRequire(import.meta.url)
  return (name) => {
    if (!names.includes(name.replace('node:', ''))) throw new Error(`the edge has no module ${name}`)
    return require(name)
  }
}

/** Whether the platform's routes lead a path to the middleware. */
export function isRoutedToMiddleware(path: string): boolean {
  const { routes } = JSON.parse(readFileSync(`${OUTPUT}/config.json`, 'utf8')) as {
    routes: { src?: string; middlewarePath?: string }[]
  }
  return routes.some(({ src, middlewarePath }) => middlewarePath && src && new RegExp(src).test(path))
}
