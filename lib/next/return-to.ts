import { compileRoutes } from '../gateway/request/routes.ts'
import { safeReturnTo as pathOfThisSite } from '../gateway/response/return-to.ts'
import { sharedOptions } from './environment.ts'

/**
 * A path to go back to after sign-in: same origin, path and query only. Anything else becomes `fallback`, and so does the
 * sign-in page, which would send somebody who is signed in round in circles. Beyond 2048 characters the query is left out.
 *
 * @param except pages that send on who is signed in, too, such as `/register`.
 * @example safeReturnTo('/sessions?page=2') // '/sessions?page=2'
 * @example safeReturnTo('//evil.example')   // '/'
 * @example safeReturnTo('/login?returnTo=/login', '/dashboard') // '/dashboard'
 */
export function safeReturnTo(value: unknown, fallback = '/', except: readonly string[] = []): string {
  const path = pathOfThisSite(value, fallback)
  const pages = [sharedOptions().signInPath ?? '/login', ...except]
  const routeOf = compileRoutes(pages.map((page) => ({ path: page, require: 'public' })))
  return routeOf(path.split('?', 1)[0] ?? '').require === 'public' ? fallback : path
}
