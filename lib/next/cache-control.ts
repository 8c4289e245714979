/** Why nobody else may keep an answer, and the browser neither. */
export const NO_STORE = 'private, no-store'

/** The request header by which the server says that it finishes answers itself (`finishAnswers()`), and its variable. */
export const FINISHES = 'x-evergate-finishes'
/** The response header by which the gateway leaves an answer's `Cache-Control` to the server, until the app has answered. */
export const UNFINISHED = 'x-evergate-unfinished'

const SHARED = /^(public|proxy-revalidate|s-maxage=.*)$/

/**
 * A `Cache-Control` (RFC 9111 5.2.2) without what lets a shared cache keep the answer. A value that forbids that already stays as it
 * is; of anything else only `no-transform` does.
 */
export function withoutSharing(own: string): string {
  const directives = own.split(',').map((directive) => directive.trim())
  const names = directives.map((directive) => directive.toLowerCase())
  const isPrivate = names.includes('private') || names.includes('no-store')
  // A quoted text may hold any word.
  if (isPrivate && !own.includes('"'))
    return names.some((name) => SHARED.test(name))
      ? directives.filter((_, index) => !SHARED.test(names[index] ?? '')).join(', ')
      : own
  return names.includes('no-transform') ? `${NO_STORE}, no-transform` : NO_STORE
}

/** Whether the server that this request came through finishes the answer: no client can know its word. */
export function isFinishedByServer(headers: Headers): boolean {
  const word = process.env.EVERGATE_FINISHES
  return Boolean(word) && headers.get(FINISHES) === word
}
