/** Where the app under test stands below its host: the browser tests run at the top, and below a path. */
export const BASE_PATH = process.env.EVERGATE_BASE_PATH ?? ''

/** A path of the app as browsers ask for it. The start page below a path has no slash at its end. */
export const below = (path: string): string =>
  BASE_PATH === '' ? path : BASE_PATH + path.replace(/^\/(?=$|[?#])/, '')

/** The path of an address, as the app's own files know it. */
export function pathIn(address: string): string {
  const { pathname } = new URL(address)
  return `${pathname}/`.startsWith(`${BASE_PATH}/`) ? pathname.slice(BASE_PATH.length) || '/' : pathname
}
