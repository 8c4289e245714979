import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { literally } from './app-routes.ts'

/** An address of files: `pattern` is a regular expression, where a part of it is known at request time alone. */
export type Address = { readonly path: string } | { readonly pattern: string }

const IMAGES = 'apple-icon|icon|opengraph-image|twitter-image'
/** Next's names for metadata files, and their endings when they are no code. */
const STATIC =
  /^(?:(?:icon\d?\.(?:ico|jpe?g|png|svg))|(?:apple-icon\d?\.(?:jpe?g|png))|(?:(?:opengraph|twitter)-image\d?\.(?:jpe?g|png|gif))|sitemap\.xml)$/
const STATIC_AT_TOP = /^(?:favicon\.ico|robots\.txt|manifest\.(?:webmanifest|json))$/
const CODE = new RegExp(`^((?:${IMAGES})\\d?|sitemap)\\.([^.]+(?:\\.[^.]+)?)$`)
const CODE_AT_TOP = /^(robots|manifest)\.([^.]+(?:\.[^.]+)?)$/
const ANSWERED_AS: Readonly<Record<string, string>> = {
  robots: 'robots.txt',
  manifest: 'manifest.webmanifest',
  sitemap: 'sitemap.xml',
}

/**
 * Where Next serves the metadata files of a folder `app`: icons, images for links, manifest, robots, sitemaps.
 *
 * @param extensions Next's `pageExtensions`.
 */
export function metadataAddresses(app: string, extensions: readonly string[]): Address[] {
  return walk(app, [], extensions)
}

function walk(folder: string, segments: readonly string[], extensions: readonly string[]): Address[] {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return entriesOf(folder).flatMap((entry) => {
    if (!entry.isDirectory()) return addressesOf(entry.name, segments, extensions, read)
    return isRoutable(entry.name) ? walk(join(folder, entry.name), [...segments, entry.name], extensions) : []
  })
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

/** `_private` folders have no address; `(.)intercepting` ones have that of another. */
const isRoutable = (name: string) => !name.startsWith('_') && !/^\(\.{1,3}\)/.test(name)

function addressesOf(
  name: string,
  segments: readonly string[],
  extensions: readonly string[],
  read: (name: string) => string,
): Address[] {
  const atTop = segments.length === 0
  if (STATIC.test(name) || (atTop && STATIC_AT_TOP.test(name))) return [addressOf(segments, name)]
  const [, stem = '', extension = ''] = CODE.exec(name) ?? ((atTop && CODE_AT_TOP.exec(name)) || [])
  if (!extensions.includes(extension)) return []
  // Several images or sitemaps in one file have an address each, below that of the file.
  const many = /\bgenerate(ImageMetadata|Sitemaps)\b/.test(read(name))
  const served = ANSWERED_AS[stem] ?? stem
  if (!many) return [addressOf(segments, served)]
  return [{ pattern: `${prefixOf(segments, stem)}/[^/]+` }]
}

const isSlot = (segment: string) => /^\(.*\)$|^@/.test(segment)

function addressOf(segments: readonly string[], file: string): Address {
  if (!segments.some((segment) => isSlot(segment) || segment.includes('[')))
    return { path: `/${[...segments, file].join('/')}` }
  const [, stem = file, ending = ''] = /^(.*?)(\.[^.]+)?$/.exec(file) ?? []
  return { pattern: prefixOf(segments, stem) + literally(ending) }
}

/** Groups and slots have no part in an address; Next tells what lies in them apart by a suffix. */
function prefixOf(segments: readonly string[], stem: string): string {
  const folders = segments.filter((segment) => !isSlot(segment)).map(segmentPattern)
  const suffix = folders.length < segments.length && stem !== 'sitemap' ? '(?:-\\w{1,7})?' : ''
  return `${folders.join('')}/${literally(stem)}${suffix}`
}

function segmentPattern(segment: string): string {
  if (segment.startsWith('[[...')) return '(?:/.+)?'
  if (segment.startsWith('[...')) return '/.+'
  return segment.startsWith('[') ? '/[^/]+' : `/${literally(segment)}`
}
