import { posix } from 'node:path'

/**
 * A page of the repository as npm shows it, where relative links lead nowhere: links go to the repository's pages,
 * pictures to its files. Code stays as it is.
 *
 * @param {string} markdown
 * @param {string} file the page, from the repository's root
 * @param {string} homepage of the repository, without a slash at its end
 */
export function standAlone(markdown, file, homepage) {
  /** @param {string} target @param {'blob' | 'raw'} view */
  const absolute = (target, view) => {
    if (/^(?:[a-z]+:|#)/i.test(target)) return target
    return `${homepage}/${view}/main/${posix.join(posix.dirname(file), target)}`
  }
  return markdown
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part) =>
      part.startsWith('```')
        ? part
        : part.replaceAll(
            /(!?)\[([^\]]*)\]\(([^()\s]+)\)/g,
            (_, picture, text, target) =>
              `${picture}[${text}](${absolute(target, picture ? 'raw' : 'blob')})`,
          ),
    )
    .join('')
}
