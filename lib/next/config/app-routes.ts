import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** An address that the app itself answers, as a regular expression. `isDynamic`: it has parts such as `[id]`. */
export type AppRoute = { readonly pattern: string; readonly isDynamic: boolean }

const METADATA = /^(robots|sitemap|manifest|favicon|icon|apple-icon|opengraph-image|twitter-image)\d?\./
/** `_private` folders have no address; `(.)intercepting` ones have that of another. */
const NO_ADDRESS = /^_|^\(\.{1,3}\)/
const SLOT = /^\(.*\)$|^@/

/** Finds the addresses of pages, route handlers, metadata files and files of `public/`, without the `basePath`. */
export function findAppRoutes(root: string, extensions: readonly string[]): AppRoute[] {
  const sources = ['', 'src'].map((folder) => join(root, folder))
  const isSource = (name: string) => extensions.some((extension) => name.endsWith(`.${extension}`))
  const app = sources
    .flatMap((source) => filesIn(join(source, 'app')))
    .flatMap(({ folders, name }) => {
      if (folders.some((folder) => NO_ADDRESS.test(folder))) return []
      const path = folders.filter((folder) => !SLOT.test(folder))
      if (METADATA.test(name))
        return [routeOf(path, `/${literally(name.split('.')[0] ?? '')}[^/]*(?:/[^/]+)?`)]
      return isSource(name) && /^(page|route)\.\w+$/.test(name) ? [routeOf(path)] : []
    })
  const pages = sources
    .flatMap((source) => findPages(join(source, 'pages'), extensions))
    .map(({ path }) => routeOf(path))
  const files = filesIn(join(root, 'public')).map(({ folders, name }) => ({
    pattern: `/${[...folders, name].map(literally).join('/')}`,
    isDynamic: false,
  }))
  return [...app, ...pages, ...files]
}

/** Addresses of the pages, or route handlers, of a folder `app`, in route groups as well, without those that have parts such as `[id]`. Sorted. */
export function addressesOf(kind: 'page' | 'route', app: string, extensions: readonly string[]): string[] {
  const addresses = filesIn(app)
    .filter(({ name, folders }) => {
      const [stem, ending = ''] = name.split('.')
      return (
        stem === kind &&
        extensions.includes(ending) &&
        !folders.some((one) => NO_ADDRESS.test(one) || one.startsWith('['))
      )
    })
    .map(({ folders }) => `/${folders.filter((folder) => !SLOT.test(folder)).join('/')}`)
  return [...new Set(addresses)].sort()
}

/** The routes of a folder `pages`: their segments, and their files. */
export function findPages(pages: string, extensions: readonly string[]) {
  return filesIn(pages).flatMap(({ folders, name }) => {
    const extension = extensions.find((one) => name.endsWith(`.${one}`))
    if (extension === undefined) return []
    const stem = name.slice(0, -extension.length - 1)
    const isSpecial = folders.length === 0 && /^_(app|document|error)$/.test(stem)
    const file = join(pages, ...folders, name)
    return [{ file, isSpecial, path: stem === 'index' ? folders : [...folders, stem] }]
  })
}

/** A regular expression for an address with these segments. */
export function routeOf(path: readonly string[], ending = ''): AppRoute {
  const pattern = path.map(segmentPattern).join('') + ending
  return { pattern: pattern || '/', isDynamic: path.some((segment) => segment.startsWith('[')) }
}

function segmentPattern(segment: string): string {
  if (segment.startsWith('[[...')) return '(?:/.+)?'
  if (segment.startsWith('[...')) return '/.+'
  return segment.startsWith('[') ? '/[^/]+' : `/${literally(segment)}`
}

export const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

function filesIn(folder: string): { readonly folders: readonly string[]; readonly name: string }[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({
      folders: entry.parentPath.slice(folder.length).split(/[\\/]/).filter(Boolean),
      name: entry.name,
    }))
}
