import { GatewayError } from './errors.ts'

/** Networks and names that nobody outside can be in (RFC 1918, 3927, 4193, 6761, 8375). */
const PRIVATE =
  /^(localhost|[^.:]+|.*\.(localhost|local|internal|home\.arpa|svc|test)|127\..*|10\..*|192\.168\..*|169\.254\..*|172\.(1[6-9]|2\d|3[01])\..*|\[(::1|f[cd].*|fe80.*)\])$/

/** Whether an address is this machine's, or of a network that only insiders reach. */
export const isPrivateHost = (hostname: string): boolean => PRIVATE.test(hostname)

/** The address, if tokens may be sent there. @throws {GatewayError} `invalid_option` */
export function checkedAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isPrivateHost(url.hostname))) return url
  throw new GatewayError(
    'invalid_option',
    `"${address}" must be an https:// address: over http:// tokens go only to this machine or a private network`,
  )
}
