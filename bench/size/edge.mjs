import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Problem } from '../../scripts/lib/problem.mjs'

/** @typedef {{ middleware: Record<string, { files: string[] }> }} Manifest */

/** @param {string} nextFolder @returns {Buffer[]} the files of the edge bundle */
export function edgeFiles(nextFolder) {
  const manifest = join(nextFolder, 'server', 'middleware-manifest.json')
  /** @type {Manifest} */
  const { middleware } = JSON.parse(readFileSync(manifest, 'utf8'))
  const files = new Set(Object.values(middleware).flatMap((entry) => entry.files))
  if (files.size === 0) throw new Problem(`The build has no edge middleware: ${manifest} names none.`)
  return [...files].map((file) => readFileSync(join(nextFolder, file)))
}

/** @param {string} nextFolder @returns {number} bytes of the edge bundle, each file compressed with gzip -9 */
export const edgeBytes = (nextFolder) =>
  edgeFiles(nextFolder).reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0)
