import type { GatewayOptions, GatewaySettings } from '../gateway/options.ts'
import { resolveOptions } from '../gateway/options.ts'
import { optionsFromEnvironment } from '../next/environment.ts'
import type { SharedOptions } from '../next/options.ts'
import { ENV_FILES, effectiveEnvironment, parseEnv, readIfThere } from './env-file.ts'
import type { Io } from './io.ts'

/** The environment that `next start` in this folder would see: real variables, then the `.env` files. */
export function projectEnvironment({ cwd, env }: Pick<Io, 'cwd' | 'env'>): Record<string, string> {
  return effectiveEnvironment(
    env,
    ENV_FILES.map((name) => parseEnv(readIfThere(cwd, name) ?? '')),
  )
}

/** The gateway's own settings in that environment. */
export function gatewaySettings(
  environment: Readonly<Record<string, string>>,
  shared: SharedOptions,
  { fetch, clock }: Pick<Io, 'fetch' | 'clock'>,
  backend?: GatewayOptions['backend'],
): GatewaySettings {
  return resolveOptions({
    ...optionsFromEnvironment(environment),
    ...shared,
    fetch,
    clock,
    ...(backend && { backend }),
  })
}

/** The options of `withGateway()` when the folder's build was made; nothing without a build. */
export function builtOptions(root: string): SharedOptions {
  try {
    const { config } = JSON.parse(readIfThere(root, '.next/required-server-files.json') ?? '{}')
    return JSON.parse(config?.env?.EVERGATE_OPTIONS ?? '{}')
  } catch {
    return {}
  }
}
