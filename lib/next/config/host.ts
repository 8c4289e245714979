import type { SharedOptions } from '../options.ts'

/** A host by what its build has in the environment, and what the app's server is there. */
type Host = { readonly name: string; readonly hasServer: boolean }

/**
 * The host that a build is for, as far as the build is told: Vercel, Netlify and Cloudflare set a variable in their builds. Adapters that take
 * Next's standalone output set `NEXT_PRIVATE_STANDALONE`: those of OpenNext, for example.
 */
function hostOf(env: Readonly<Record<string, string | undefined>>): Host | undefined {
  if (env.VERCEL) return { name: 'Vercel', hasServer: true }
  if (env.NETLIFY) return { name: 'Netlify', hasServer: false }
  if (env.WORKERS_CI || env.CF_PAGES) return { name: 'Cloudflare', hasServer: false }
  return env.NEXT_PRIVATE_STANDALONE ? { name: 'functions', hasServer: false } : undefined
}

/**
 * Options that the host's limits make useless, a line each; the build goes on.
 *
 * @param sources those of the middleware, and of the app's own modules that it imports.
 */
export function hostWarnings(
  env: Readonly<Record<string, string | undefined>>,
  { maxBodySizes }: Pick<SharedOptions, 'maxBodySizes'>,
  sources: readonly string[],
): string[] {
  const host = hostOf(env)
  if (!host) return []
  const { name, hasServer } = host
  return [
    ...(maxBodySizes && !hasServer
      ? [`maxBodySizes: has no effect on ${name}, where no server of Node runs; set the limit at the host`]
      : []),
    ...(sources.some((text) => /\bpolls:\s*['"]process['"]/.test(text))
      ? [`revocation: polls: 'process' stands still on ${name} between requests; leave \`polls\` out`]
      : []),
  ]
}
