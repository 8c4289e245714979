import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { minifySync } from 'rolldown/utils'
import { fromRoot } from '../../scripts/lib/paths.mjs'

/**
 * The parts of the default gateway, and the most that each may weigh, in bytes after gzip. A module belongs to the first part that
 * its path fits.
 *
 * @type {readonly { name: string, limit: number, modules: RegExp }[]}
 */
export const FEATURES = [
  { name: 'signatures (jose)', limit: 3950, modules: /node_modules\/jose\// },
  { name: 'tokens, keys, and those seen before', limit: 2870, modules: /lib\/gateway\/token\// },
  { name: 'session cookies, in chunks too', limit: 1170, modules: /lib\/gateway\/cookies\// },
  { name: 'paths, rules, kinds of requests, origins', limit: 2960, modules: /lib\/gateway\/request\// },
  { name: 'the decision', limit: 1090, modules: /lib\/gateway\/decision\// },
  { name: 'the circuit breaker', limit: 710, modules: /lib\/gateway\/renewal\/breaker/ },
  {
    name: 'answers that did not arrive',
    limit: 520,
    modules: /lib\/gateway\/renewal\/(undelivered|seen|bounded-map)/,
  },
  {
    name: 'advice where gateway and backend do not fit',
    limit: 410,
    modules: /lib\/gateway\/renewal\/misfit/,
  },
  {
    name: 'renewals: the call, its tries, one for all tabs',
    limit: 3180,
    modules: /lib\/gateway\/renewal\//,
  },
  {
    name: 'pages and answers of refusals',
    limit: 1690,
    modules: /lib\/gateway\/response\/(refusals|challenge|cors)/,
  },
  { name: 'cookies and headers of the answer', limit: 1610, modules: /lib\/gateway\/response\// },
  { name: 'events and the log', limit: 840, modules: /lib\/(gateway\/events|next\/log)/ },
  { name: 'variables and options', limit: 960, modules: /lib\/(next\/environment|gateway\/options)/ },
  { name: 'what ties them together, and to Next', limit: 2800, modules: /lib\/(next|gateway)\// },
]

const fixture = fromRoot('scripts', 'fixtures', 'gateway-app', 'middleware.js')

/** @returns {Promise<{ part: number, code: string }[]>} the modules of the default gateway, without what it does not use */
async function renderedModules() {
  const bundle = await rolldown({
    input: fixture,
    platform: 'browser',
    external: [/^next\//, /^node:/],
    onLog: () => {},
  })
  const { output } = await bundle.generate({ format: 'esm' })
  await bundle.close()
  return Object.entries(output[0].modules).flatMap(([id, { code }]) => {
    const part = FEATURES.findIndex(({ modules }) => modules.test(id))
    if (part < 0 && code && !id.includes('fixtures'))
      throw new Error(`no part of the gateway has ${id}: name one in features.mjs`)
    return code === null ? [] : [{ part, code }]
  })
}

/** @param {readonly { code: string }[]} modules @returns {number} bytes after gzip */
function bytesOf(modules) {
  const whole = modules.map(({ code }) => code).join('\n')
  const { code } = minifySync('gateway.js', whole, {
    module: true,
    compress: { unused: false },
    mangle: { toplevel: true },
  })
  return gzipSync(code, { level: 9 }).length
}

/**
 * The weight of each part of the default gateway: how much less there is without it. Together they are less than the whole, since gzip
 * writes once what several of them say.
 *
 * @returns {Promise<Record<string, number>>} bytes after gzip, by name
 */
export async function featureBytes() {
  const modules = await renderedModules()
  const whole = bytesOf(modules)
  return Object.fromEntries(
    FEATURES.map(({ name }, index) => [name, whole - bytesOf(modules.filter(({ part }) => part !== index))]),
  )
}
