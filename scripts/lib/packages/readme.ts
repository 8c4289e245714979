import { posix } from 'node:path'

/**
 * A page of the repository as npm shows it, where relative links lead nowhere: links go to the repository's pages, pictures to
 * its files. Code stays as it is. `file` is the page's path from the root, `homepage` ends without a slash.
 */
export function standAlone(markdown: string, file: string, homepage: string): string {
  const absolute = (target: string, view: 'blob' | 'raw') => {
    if (/^(?:[a-z]+:|#)/i.test(target)) return target
    return `${homepage}/${view}/main/${posix.join(posix.dirname(file), target)}`
  }
  const link = /(!?)\[([^\]]*)\]\(([^()\s]+)\)/g
  const linked = (_: string, picture: string, text: string, target: string) =>
    `${picture}[${text}](${absolute(target, picture ? 'raw' : 'blob')})`
  const parts = markdown.split(/(^```[\s\S]*?^```$)/m)
  return parts.map((part) => (part.startsWith('```') ? part : part.replaceAll(link, linked))).join('')
}
