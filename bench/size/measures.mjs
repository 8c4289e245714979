import { readFileSync, writeFileSync } from 'node:fs'
import { fromRoot } from '../../scripts/lib/paths.mjs'
import { FEATURES } from './features.mjs'
import { BROWSER_LIMIT, DESCRIBED_LIMIT, DEVICE_LIMIT, EDGE_LIMIT_KB } from './limits.mjs'

/** @typedef {'gateway' | 'apiBackend' | 'bindDevices' | 'react' | 'client'} Key */
/** @typedef {Partial<Record<Key, number>> & { features?: Record<string, number> }} Measures bytes after gzip; `features` by their names */

/** @type {readonly { key: Key, name: string, limit: number }[]} */
export const PARTS = [
  { key: 'gateway', name: 'the gateway, over an empty middleware', limit: EDGE_LIMIT_KB * 1000 },
  { key: 'apiBackend', name: '`apiBackend` with a preset, more', limit: DESCRIBED_LIMIT },
  { key: 'bindDevices', name: '`bindDevices`, more', limit: DEVICE_LIMIT },
  { key: 'react', name: '`evergate/react` in a browser, without React', limit: BROWSER_LIMIT },
  { key: 'client', name: '`evergate/client` in a browser', limit: BROWSER_LIMIT },
]

/** The most that the page may be off, in parts of one: compilers differ a little from version to version. */
const TOLERANCE = 0.02
const FILE = fromRoot('bench', 'size', 'measured.json')

/** @returns {Measures} those that the page has */
export const readMeasures = () => JSON.parse(readFileSync(FILE, 'utf8'))

/** Those that were not measured this time stay. @param {Measures} measured */
export function writeMeasures(measured) {
  writeFileSync(FILE, `${JSON.stringify({ ...readMeasures(), ...measured }, null, 2)}\n`)
}

/** @param {Measures} measured @returns {{ name: string, bytes: number, limit: number }[]} what was measured, with its limit */
export function partsOf({ features = {}, ...measured }) {
  const parts = PARTS.map(({ key, ...part }) => ({ ...part, bytes: measured[key] }))
  const all = [...FEATURES.map(({ name, limit }) => ({ name, limit, bytes: features[name] })), ...parts]
  return all.flatMap(({ bytes, ...part }) => (bytes === undefined ? [] : [{ ...part, bytes }]))
}

/** @param {Measures} measured @param {Measures} written @returns {string[]} a line for each part that the page is wrong about */
export function offThePage(measured, written) {
  const before = new Map(partsOf(written).map(({ name, bytes }) => [name, bytes]))
  return partsOf(measured).flatMap(({ name, bytes }) => {
    const then = before.get(name) ?? 0
    if (Math.abs(bytes - then) <= then * TOLERANCE) return []
    return [`docs/sizes.md says ${then} bytes of ${name}, and it has ${bytes}: npm run size -- --write`]
  })
}
