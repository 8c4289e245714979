/** Exports of `evergate/next` besides `createGateway`: nothing calls them while a module is loaded. */
export const OTHER_EXPORTS = [
  'backendFetch',
  'changePassword',
  'createBackendProxy',
  'endSession',
  'gatewayReport',
  'getSession',
  'guardServer',
  'honourEnded',
  'logEvent',
  'register',
  'requireSession',
  'safeReturnTo',
  'sessionForBrowser',
  'sessionSignal',
  'signIn',
  'signInPath',
  'signOut',
  'startSession',
  'stepUpChallenge',
]

const NOTHING = '() => undefined'

/** Modules that stand in for those that only Next can run, or that tell here how they are called. `globalThis.evergateDoctor` listens. */
export const STAND_INS: ReadonlyMap<string, string> = new Map([
  [
    'evergate/next',
    `export const createGateway = (options = {}) => (globalThis.evergateDoctor.gateway(options), ${NOTHING})
${OTHER_EXPORTS.map((name) => `export const ${name} = ${NOTHING}`).join('\n')}`,
  ],
  [
    'evergate/next/config',
    'export const withGateway = (config = {}, options = {}) => (globalThis.evergateDoctor.config(options), async () => config)',
  ],
  [
    'evergate/device',
    `export const bindDevices = (options = {}) => ({ open: ${NOTHING}, ...options })
export const DEVICE_PROOF = '__Host-device-proof'`,
  ],
  ['server-only', ''],
  ['client-only', ''],
])
