import { setting } from './env-file.mjs'
import { appHost, authServerHost, isLocal } from './host.mjs'
import { fromRoot, tools } from './paths.mjs'

/**
 * A process that is started, and how to see that it answers. `args` are Node's; people find it at `url`; `ready` answers once it is up;
 * `patience`: milliseconds it has to end, when both do, before it is killed: together less than the 10 s of most supervisors.
 * @typedef {{ name: string, args: string[], env: Record<string, string>, url: string, ready: string, patience: number }} Part
 */

/** @param {number} port @param {string[]} [flags] @returns {Part} */
export function authPart(port, flags = []) {
  const url = `http://${authServerHost()}:${port}`
  return {
    name: 'auth server',
    args: [...flags, 'auth-server/main.ts'],
    env: { AUTH_PORT: String(port) },
    url,
    ready: `${url}/readyz`,
    patience: 3000,
  }
}

/** @param {number} port @param {number} authPort @param {'start' | 'dev'} [mode] @returns {Part} */
export function appPart(port, authPort, mode = 'start') {
  const host = appHost()
  const url = `http://${host.url}:${port}`
  return {
    name: 'app',
    args: [tools.next, mode, '-p', String(port), '-H', host.listen],
    env: {
      ...host.env,
      ...(!setting('REMOTE_API') && { REMOTE_API: `http://${authServerHost()}:${authPort}` }),
    },
    url,
    ready: `${url}/`,
    patience: 6000,
  }
}

/**
 * More environment for a part, where the store is the one with the demo accounts, nobody else reaches it, and none of `names` is set.
 * @param {Part} part @param {string[]} names @param {Record<string, string>} env @returns {Part}
 */
function inDemo(part, names, env) {
  const isSet = ['STORE_URL', ...names].some((name) => setting(name))
  return isSet || !isLocal() ? part : { ...part, env: { ...part.env, ...env } }
}

/** Has mail written to a folder; the app's inspector shows it. @param {Part} part @param {string} appUrl */
export const withMailbox = (part, appUrl) =>
  inDemo(part, ['SMTP_URL', 'MAIL_DIR', 'APP_URL'], { MAIL_DIR: fromRoot('.data', 'mail'), APP_URL: appUrl })

/** Lets people set up second factors. Both parts are told. @param {Part} part @param {string} appUrl */
export const withFactors = (part, appUrl) =>
  inDemo(part, ['SECOND_FACTOR', 'APP_URL'], { SECOND_FACTOR: 'on', APP_URL: appUrl })

/** Lets `/inspector` break things on purpose. @param {Part} part */
export const withDemo = (part) => inDemo(part, ['EVERGATE_DEMO'], { EVERGATE_DEMO: '1' })
