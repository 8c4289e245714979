import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { Built } from './routes.ts'
import { routesOf } from './routes.ts'

/** A path that a rewrite's `source` means. */
const sampleOf = (source: string) => source.replace(/\(.*?\)/g, '').replace(/:\w+[*+?]?/g, 'x')

/** Paths whose answers cannot carry the session's cookies. A rule that makes them public, or says `renew: 'never'`, knows of it. */
function unknownTo({ project }: Built, paths: readonly string[]): string[] {
  const routeOf = routesOf(project)
  return paths.filter((path) => {
    const { require, renew } = routeOf(sampleOf(path))
    return require !== 'public' && renew !== 'never'
  })
}

const listed = (paths: readonly string[]) =>
  paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '')

/** Looks for paths of the build where no session is renewed. */
export const deliveryChecks: readonly Check<Built>[] = [
  {
    id: 'rewrite-elsewhere',
    title: 'no protected path is handed to another server by rewrites()',
    level: 'warning',
    run: (built) => {
      const paths = unknownTo(
        built,
        built.build.rewrites.flatMap(({ source, destination }) =>
          destination.startsWith('/') ? [] : [source],
        ),
      )
      return when(
        paths.length > 0,
        `rewrites() hands ${listed(paths)} to another server. Next drops the session's cookies from its answers, so nothing is renewed there: an access token that has run out is answered 401. That server is sent no cookie of the session.`,
        "Ask for these paths with sessionFetch(), which renews and asks again, or answer them with createBackendProxy(). Then say that you know: { path: '…', require: 'session', renew: 'never' }.",
      )
    },
  },
]
