import { isIPv6 } from 'node:net'

/**
 * The part of an address that limits count as one place: an IPv4 address, or the /64 of an IPv6 one, which is what one household or one attacker gets
 * (RFC 6177). The text is the same for every spelling of the address.
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%')
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare) ?? []
  if (mapped !== undefined) return mapped
  if (!isIPv6(bare)) return bare
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const [head = [], tail] = canonical.split('::').map((part) => part.split(':').filter(Boolean)) as [
    string[],
    string[]?,
  ]
  const groups = tail ? [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail] : head
  return `${groups.slice(0, 4).join(':')}::/64`
}
