const IMPORT = "import { withGateway } from 'evergate/next/config'\n"

/**
 * The app's own data. `name`: of its package, in letters, digits and dashes; null when it has none. `backend`: the file that describes
 * it; null when there is none.
 */
export type Own = {
  readonly signInPath: string
  readonly name: string | null
  readonly backend: string | null
}

/** `withGateway(config)`, with what the app needs beside it. */
function call(config: string, { signInPath, name, backend }: Own): string {
  const options = [
    ...(backend === null ? [] : [`backend: '${backend}'`]),
    ...(signInPath === '/login' ? [] : [`signInPath: '${signInPath}'`]),
    ...(name === null ? [] : [cookieNames(name)]),
  ]
  if (options.length === 0) return `withGateway(${config})`
  return name === null
    ? `withGateway(${config}, { ${options.join(', ')} })`
    : `withGateway(${config}, {\n${options.map((option) => `  ${option},\n`).join('')}})`
}

const cookieNames = (
  name: string,
) => `// Browsers keep cookies by host, whatever the port: each app on localhost needs names of its own.
  cookieNames: {
    accessToken: '${name}-access',
    refreshToken: '${name}-refresh',
    userData: '${name}-user',
    signedOut: '${name}-signed-out',
  }`

export const newConfig = (own: Own): string => `${IMPORT}\nexport default ${call('{}', own)}\n`

const EXPORT = /^export default /gm

/** Wraps the exported object. Null when what is exported may be something else, or is not an ES module's. */
export function wrapConfig(text: string, own: Own): string | null {
  const exports = [...text.matchAll(EXPORT)]
  const [found] = exports
  if (exports.length !== 1 || !found) return null
  const start = found.index + found[0].length
  const exported = text.slice(start).trim().replace(/;$/, '')
  if (!isObject(exported, text)) return null
  const semicolon = /;\s*$/.test(text) ? ';' : ''
  return `${IMPORT}${text.slice(0, start)}${call(exported, own)}${semicolon}\n`
}

function isObject(expression: string, text: string): boolean {
  if (/^\w+$/.test(expression)) return new RegExp(`^const ${expression}\\b[^=]*=\\s*\\{`, 'm').test(text)
  return expression.startsWith('{') && closesAtEnd(expression)
}

/** Whether the first brace is closed by the last character, so that nothing follows the object. */
function closesAtEnd(expression: string): boolean {
  let depth = 0
  for (const [index, character] of [...expression].entries()) {
    // Quoted text could hold any brace; a person has to wrap such a config.
    if ('\'"`'.includes(character) && /[{}]/.test(textInQuotes(expression, index))) return false
    depth += character === '{' ? 1 : character === '}' ? -1 : 0
    if (depth === 0) return index === [...expression].length - 1
  }
  return false
}

const textInQuotes = (text: string, start: number) => text.slice(start + 1).split(text[start] ?? '')[0] ?? ''
