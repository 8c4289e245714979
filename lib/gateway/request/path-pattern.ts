import { GatewayError } from '../errors.ts'

const PARAMETER = /^:(\w+)([*+?]?)$/
const PARAMETER_PATTERN: Record<string, string> = {
  '': '/[^/]+',
  '?': '(?:/[^/]+)?',
  '*': '(?:/.*)?',
  '+': '/.+',
}

/**
 * A rule's path, in the syntax of Next's own matchers, as a regular expression for the whole of a path.
 * `locales` is the pattern of `:locale`. Default: any segment.
 */
export function compilePath(path: string, locales = ''): RegExp {
  if (!path.startsWith('/')) throw unsupported(path)
  const segments = path.split('/').filter((segment) => segment !== '')
  const pattern = segments.map((segment) => compileSegment(segment, path, locales)).join('')
  // The start page has a slash even where nothing else is left of a pattern.
  return new RegExp(`^${pattern}/?$`, 's')
}

function compileSegment(segment: string, path: string, locales: string): string {
  const [, name, modifier] = PARAMETER.exec(segment) ?? []
  const pattern = PARAMETER_PATTERN[modifier ?? '-']
  if (pattern) return name === 'locale' && locales ? pattern.replace('[^/]+', `(?:${locales})`) : pattern
  if (/[:*+?(){}[\]|^$\\%#]/.test(segment)) throw unsupported(path)
  return `/${segment.replaceAll('.', '\\.')}`
}

function unsupported(path: string): GatewayError {
  return new GatewayError(
    'invalid_option',
    `rule path "${path}" is not understood; write segments such as /admin, /:id, /:path*`,
  )
}
