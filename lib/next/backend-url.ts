/**
 * The address of a path under `remoteApi`; undefined for one with a segment `.` or `..`, however it is written: a server on the
 * way that decodes once more, or takes other characters for a slash, would leave `remoteApi` by it.
 */
export function backendUrl(remoteApi: string, pathAndQuery: string): URL | undefined {
  const base = new URL(`${remoteApi}/`)
  if (!URL.canParse(remoteApi + pathAndQuery) || !pathAndQuery.startsWith('/')) return undefined
  const [path = ''] = pathAndQuery.split(/[?#]/)
  if (leavesItsFolder(decodeFully(path))) return undefined
  const url = new URL(remoteApi + pathAndQuery)
  return url.origin === base.origin && url.pathname.startsWith(base.pathname) ? url : undefined
}

/** Characters that no UTF-8 has; some decoders take `%C0%AE` for a dot. */
const OVERLONG = /[\xc0\xc1]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]/
/** The wide forms of dot, slash and backslash, as UTF-8: normalization makes the usual ones of them. */
const WIDE = /\xef\xbc([\x8e\x8f\xbc])/g
const USUAL: Readonly<Record<string, string>> = { '\x8e': '.', '\x8f': '/', '\xbc': '\\' }
/** Blanks and control characters, which some servers drop. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are meant
const DROPPED = /[\x00-\x20\x7f]|\xc2\xa0/g

/** Whether a decoded path has a segment of dots; what follows a semicolon is a parameter to some servers. */
function leavesItsFolder(decoded: string): boolean {
  const usual = decoded.replace(WIDE, (_, last: string) => USUAL[last] ?? '').replace(DROPPED, '')
  return OVERLONG.test(decoded) || usual.split(/[/\\]/).some((segment) => /^\.{1,2}(?:;|$)/.test(segment))
}

const ENCODED = /^%[\da-f]{2}$/i

/**
 * The bytes of a path without any layer of encoding, one character each. It reads each decoded character again with those before it,
 * because layer by layer `%252525…` would cost the square of its length.
 */
export function decodeFully(path: string): string {
  const decoded: string[] = []
  for (const character of encodeURI(path.replace(/\p{Surrogate}/gu, '')).replaceAll('%25', '%')) {
    decoded.push(character)
    while (decoded.at(-3) === '%' && ENCODED.test(decoded.slice(-3).join(''))) {
      const byte = Number.parseInt(decoded.splice(-2).join(''), 16)
      decoded[decoded.length - 1] = String.fromCharCode(byte)
    }
  }
  return decoded.join('')
}
