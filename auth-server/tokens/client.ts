import { isIPv4 } from 'node:net'
import { networkOf } from '../http/network.ts'

/** Where a request came from, for the list of sessions and the audit log. */
export interface Origin {
  readonly address: string
  readonly userAgent: string
}

/** The clients that may present the parent of the newest refresh token within the grace. */
export type ReplayFrom = 'anyone' | 'same-client'

/** Whether two requests look as if one client had sent them: the same user agent, and addresses with the same prefix. */
export function isSameClient(a: Origin, b: Origin): boolean {
  return a.userAgent === b.userAgent && prefixOf(a.address) === prefixOf(b.address)
}

/** The /24 of an IPv4 address, the /48 of an IPv6 one: within it a provider moves a customer now and then. */
function prefixOf(address: string): string {
  const network = networkOf(address)
  return network
    .split(isIPv4(network) ? '.' : ':')
    .slice(0, 3)
    .join('.')
}
