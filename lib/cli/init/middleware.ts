/** As the README has it: everything but Next's own static files. It must stand there as a literal. */
const CONFIG = "export const config = { matcher: ['/', '/((?!_next/static/).*)'] }\n"
const IMPORT = "import { createGateway } from 'evergate/next'\n"

const OPENID_IMPORTS = `${IMPORT}import { oauth2Backend } from 'evergate/oauth2'
import { provider } from './provider'
`

/** The name that Next looks for: that of the file. */
type Name = 'middleware' | 'proxy'

/** A gateway that leaves open nothing but these paths: all other pages are made public by hand, never by accident. */
export function newMiddleware(publicPaths: readonly string[], name: Name): string {
  return `${IMPORT}\n${gateway(name, publicPaths, '')}\n${CONFIG}`
}

/** The same in front of an OpenID provider, whose description stands in `provider`. */
export function openIdMiddleware(publicPaths: readonly string[], name: Name): string {
  return `${OPENID_IMPORTS}\n${gateway(name, publicPaths, '  backend: oauth2Backend(provider),\n')}\n${CONFIG}`
}

function gateway(name: string, publicPaths: readonly string[], more: string): string {
  const rules = publicPaths.map((path) => `    { path: '${path}', require: 'public' },\n`).join('')
  return `// A path that no rule names needs a session.\nexport const ${name} = createGateway({\n  rules: [\n${rules}  ],\n${more}})\n`
}

/** One function of one parameter, exported under the name Next looks for, or as the default. */
const OWN = /^export (?:default )?((?:async )?function )(middleware|proxy)(\(\s*\w+\s*(?::\s*\w+)?\s*\))/gm

/**
 * Puts somebody's own middleware into `next:`. Null when that cannot be done safely: with a matcher of its own it would run on
 * paths it was not written for.
 */
export function wrapMiddleware(text: string, publicPaths: readonly string[]): string | null {
  const found = [...text.matchAll(OWN)]
  const name = found[0]?.[2]
  const exports = text.match(/^\s*export\b/gm) ?? []
  if (found.length !== 1 || name === undefined || exports.length !== 1) return null
  if (
    (text.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length !== 1 ||
    /\bownMiddleware\b|\bconfig\b/.test(text)
  )
    return null
  const own = text.replace(OWN, '$1ownMiddleware$3').replace(/\n*$/, '\n')
  return `${IMPORT}${own}\n${gateway(name, publicPaths, '  next: ownMiddleware,\n')}\n${CONFIG}`
}
