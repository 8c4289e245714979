const IMPORT = "import { withGateway } from 'evergate/next/config'\n"

/** `withGateway(config)`, with what the app needs beside it. */
const call = (config: string, signInPath: string) =>
  signInPath === '/login'
    ? `withGateway(${config})`
    : `withGateway(${config}, { signInPath: '${signInPath}' })`

export const newConfig = (signInPath: string): string =>
  `${IMPORT}\nexport default ${call('{}', signInPath)}\n`

const EXPORT = /^export default /gm

/** Wraps the exported object. Null when what is exported may be something else, or is not an ES module's. */
export function wrapConfig(text: string, signInPath: string): string | null {
  const exports = [...text.matchAll(EXPORT)]
  const [found] = exports
  if (exports.length !== 1 || !found) return null
  const start = found.index + found[0].length
  const exported = text.slice(start).trim().replace(/;$/, '')
  if (!isObject(exported, text)) return null
  const semicolon = /;\s*$/.test(text) ? ';' : ''
  return `${IMPORT}${text.slice(0, start)}${call(exported, signInPath)}${semicolon}\n`
}

function isObject(expression: string, text: string): boolean {
  if (/^\w+$/.test(expression)) return new RegExp(`^const ${expression}\\b[^=]*=\\s*\\{`, 'm').test(text)
  return expression.startsWith('{') && closesAtEnd(expression)
}

/** Whether the first brace is closed by the last character, so that nothing follows the object. */
function closesAtEnd(expression: string): boolean {
  let depth = 0
  for (const [index, character] of [...expression].entries()) {
    // What stands in quotes could hold any brace; such a config is for a person to wrap.
    if ('\'"`'.includes(character) && /[{}]/.test(textInQuotes(expression, index))) return false
    depth += character === '{' ? 1 : character === '}' ? -1 : 0
    if (depth === 0) return index === [...expression].length - 1
  }
  return false
}

const textInQuotes = (text: string, start: number) => text.slice(start + 1).split(text[start] ?? '')[0] ?? ''
