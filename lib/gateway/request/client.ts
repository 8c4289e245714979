/**
 * How a browser looks: the prefix of its address, and its user agent. A thief of a refresh token looks
 * otherwise, most of the time, and is then for the backend to judge. A prefix, because providers change the rest: /24 of an
 * IPv4 address, /64 of an IPv6 one.
 *
 * @param forwardedFor `x-forwarded-for`. All of the list counts: nobody can take out what a proxy has appended.
 */
export function clientOf(forwardedFor: string | null, userAgent: string | null): string {
  return `${(forwardedFor ?? '').split(',').map(prefixOf)}\n${userAgent}`
}

function prefixOf(address: string): string {
  const [, ipv4] = /(\d+\.\d+\.\d+)\.\d+/.exec(address) ?? []
  return ipv4 ?? (address.trim().split('::', 1)[0] ?? '').split(':', 4).join(':').toLowerCase()
}
