import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { fromRoot } from '../../scripts/lib/paths.mjs'

/**
 * The bytes that an entry of the library adds to an app's bundle: minified, gzip -9, without React.
 *
 * @param {'react' | 'client'} entry
 */
export async function browserBytes(entry) {
  const bundle = await rolldown({
    input: fromRoot('lib', entry, 'index.ts'),
    external: ['react'],
    platform: 'browser',
    // That `'use client'` is lost in one file is of no matter to its weight.
    onLog: () => {},
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  return gzipSync(output[0].code, { level: 9 }).length
}
