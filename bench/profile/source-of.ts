import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import { root } from '../../scripts/lib/paths.mjs'
import type { Frame } from '../lib/profile.ts'

/** Where a function was written. */
export type Source = { readonly group: Group; readonly name: string }

export const GROUPS = [
  'Evergate',
  'jose',
  'Next, in the bundle',
  'Next’s sandbox',
  'Node',
  'engine and built-ins',
  'garbage collection',
  'waiting for cryptography',
] as const
export type Group = (typeof GROUPS)[number]

/** Finds the file and the name that stand behind a frame, through the bundle's source map where there is one. */
export function sourceOf(frame: Frame): Source {
  const { functionName, url } = frame
  if (functionName === '(garbage collector)') return { group: 'garbage collection', name: functionName }
  // The only thing a request waits for in here: `crypto.subtle` works on a thread of its own.
  if (functionName === '(idle)') return { group: 'waiting for cryptography', name: functionName }
  if (url === '') return { group: 'engine and built-ins', name: functionName || '(anonymous)' }
  if (url.startsWith('node:')) return { group: 'Node', name: `${functionName || '(anonymous)'} ${url}` }
  const file = url.startsWith('file:') ? fileURLToPath(url) : url
  const original = originalOf(file, frame)
  const where = original?.file ?? file.replace(`${root}/`, '')
  return {
    group: groupOf(where, original !== undefined),
    name: `${original?.name || functionName || '(anonymous)'} ${short(where)}${original ? `:${original.line}` : ''}`,
  }
}

function groupOf(file: string, bundled: boolean): Group {
  if (/(^|\/)lib\/(gateway|next)\//.test(file) && !file.includes('node_modules')) return 'Evergate'
  if (file.includes('node_modules/jose/')) return 'jose'
  return bundled ? 'Next, in the bundle' : 'Next’s sandbox'
}

/** Without what every path begins with. */
function short(file: string): string {
  return file
    .replace(/^.*node_modules\//, '')
    .replace(/^.*?(lib\/(gateway|next)\/)/, '$1')
    .replace(/^[./]+src\//, 'next/src/')
}

type Original = { readonly file: string; readonly line: number; readonly name: string }
const maps = new Map<string, { map: SourceMap; texts: Map<string, string[]> } | undefined>()

function originalOf(file: string, { lineNumber, columnNumber }: Frame): Original | undefined {
  if (!maps.has(file)) maps.set(file, loadMap(file))
  const found = maps.get(file)
  const entry = found?.map.findEntry(lineNumber, columnNumber)
  if (!found || !entry || !('originalSource' in entry)) return undefined
  const text = found.texts.get(entry.originalSource)?.[entry.originalLine] ?? ''
  return {
    file: entry.originalSource,
    line: entry.originalLine + 1,
    name: declared.exec(text)?.[1] ?? method.exec(text)?.[1] ?? '',
  }
}

const declared = /(?:function\*?|const|let|var)\s+([\w$]+)/
const method = /^\s*(?:async\s+)?([\w$]+)\s*\(.*\{\s*$/

type MapFile = { sources?: string[]; sourcesContent?: string[]; sections?: { map: MapFile }[] }

function loadMap(file: string) {
  if (!existsSync(`${file}.map`)) return undefined
  const payload = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
  const texts = new Map<string, string[]>()
  const collect = ({ sources = [], sourcesContent = [], sections = [] }: MapFile) => {
    for (const [place, source] of sources.entries())
      texts.set(source, sourcesContent[place]?.split('\n') ?? [])
    for (const section of sections) collect(section.map)
  }
  collect(payload)
  return { map: new SourceMap(payload), texts }
}
