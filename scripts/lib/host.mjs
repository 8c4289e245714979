import { BlockList, isIP } from 'node:net'
import { setting } from './env-file.mjs'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Where both parts listen: `HOST`. */
const host = () => setting('HOST') ?? '127.0.0.1'

/** Whether only this machine reaches the parts. */
export function isLocal() {
  const family = isIP(host())
  if (family === 0) return host().toLowerCase() === 'localhost'
  return loopback.check(host(), `ipv${family === 4 ? 4 : 6}`)
}

/** How a URL on this machine names the auth server. */
export const authServerHost = () => reachable('127.0.0.1')

/**
 * How Next is told where to listen, how a URL names it, and what Node must know for it. Next takes `localhost` for the address of
 * every request that comes over loopback: told 127.0.0.1, it would take a rewrite within the app for one to another server.
 * @returns {{ listen: string, url: string, env: Record<string, string> }}
 */
export function appHost() {
  if (!isLocal()) return { listen: host(), url: reachable('localhost'), env: {} }
  // By itself, Node may listen on ::1 alone, where the name means both.
  const options = [process.env.NODE_OPTIONS, '--dns-result-order=ipv4first'].filter(Boolean).join(' ')
  return { listen: 'localhost', url: 'localhost', env: { NODE_OPTIONS: options } }
}

/** @param {string} local the machine itself */
function reachable(local) {
  if (isLocal() || host() === '0.0.0.0' || host() === '::') return local
  return isIP(host()) === 6 ? `[${host()}]` : host()
}
