import { safeReturnTo } from './return-to.ts'
import type { SignInRequest, SignInSettings } from './settings.ts'

/** A request that says nothing of its language. */
export const ANY_REQUEST: SignInRequest = { pathname: '/', search: '', headers: new Map() }

/** The path of the sign-in page for a request. */
export function signInPathFor({ signInPath, locales }: SignInSettings, request: SignInRequest): string {
  return typeof signInPath === 'function'
    ? safeReturnTo(signInPath(request))
    : signInPath.replace(':locale', () => localeOf(request, locales))
}

/** The language of the path, else the one chosen before (next-intl and Next keep it in a cookie), else the browser's. */
function localeOf({ pathname, headers }: SignInRequest, locales: readonly string[]): string {
  const [, chosen] = /(?:^|; *)NEXT_LOCALE=([^;]*)/.exec(headers.get('cookie') ?? '') ?? []
  const known = (tag: string | undefined) => locales.find((locale) => sameTag(locale, tag))
  const found = known(pathname.split('/')[1]) ?? known(chosen)
  if (found !== undefined) return found
  for (const tag of acceptedTags(headers.get('accept-language') ?? '')) {
    // RFC 4647 3.4, and the other way round: `de` is content with `de-AT`.
    const near =
      known(tag) ?? known(tag.split('-')[0]) ?? locales.find((locale) => sameTag(locale.split('-')[0], tag))
    if (near !== undefined) return near
  }
  return locales[0] ?? ''
}

const sameTag = (one: string | undefined, other: string | undefined) =>
  one?.toLowerCase() === other?.toLowerCase()

/** RFC 9110 12.5.4, the dearest first. */
function acceptedTags(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', quality = '1'] = part.split(/ *; *q=/)
      return { tag: tag.trim(), quality: Number(quality) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag)
}
