import { GatewayError } from '../errors.ts'

const PARAMETER = /^:\w+([*+?]?)$/
const PARAMETER_PATTERN: Record<string, string> = {
  '': '/[^/]+',
  '?': '(?:/[^/]+)?',
  '*': '(?:/.*)?',
  '+': '/.+',
}

/** A rule's path, in the syntax of Next's own matchers, as a regular expression for the whole of a path. */
export function compilePath(path: string): RegExp {
  if (!path.startsWith('/')) throw unsupported(path)
  const segments = path.split('/').filter((segment) => segment !== '')
  return new RegExp(`^${segments.map((segment) => compileSegment(segment, path)).join('') || '/'}$`, 's')
}

function compileSegment(segment: string, path: string): string {
  const modifier = PARAMETER.exec(segment)?.[1]
  if (modifier !== undefined) return PARAMETER_PATTERN[modifier] ?? ''
  if (/[:*+?(){}[\]|^$\\%#]/.test(segment)) throw unsupported(path)
  return `/${segment.replaceAll('.', '\\.')}`
}

function unsupported(path: string): GatewayError {
  return new GatewayError(
    'invalid_option',
    `rule path "${path}" is not understood; write segments such as /admin, /:id, /:path*`,
  )
}
