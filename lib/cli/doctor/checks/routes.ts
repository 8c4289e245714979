import type { Route as Needs } from '../../../gateway/request/routes.ts'
import { compileRoutes } from '../../../gateway/request/routes.ts'
import type { Build, Matcher, Route } from '../build.ts'
import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { Project } from '../project.ts'
import { gatewayFile } from '../project.ts'
import { gatewayOf } from './layout.ts'

export type Built = { readonly project: Project; readonly build: Build }

/** Files that browsers, crawlers and other sites ask for without a session, as Next names them. */
const METADATA =
  /\/(favicon\.ico|robots\.txt|sitemap[^/]*\.xml|manifest\.(webmanifest|json)|(icon|apple-icon|opengraph-image|twitter-image)[^/]*)$/

const isUnconditional = ({ has = [], missing = [] }: Matcher) => has.length + missing.length === 0

/** Whether requests of that path reach the middleware, whatever their headers and cookies say. */
export function reach({ matchers }: Build, path: string): 'always' | 'sometimes' | 'never' {
  const fitting = (matchers ?? []).filter(({ regexp }) => new RegExp(regexp).test(path))
  return fitting.some(isUnconditional) ? 'always' : fitting.length > 0 ? 'sometimes' : 'never'
}

/** Paths that a route answers: with a dot, too, which many matchers leave out as if it were a file's. */
function samplesOf({ path }: Route): string[] {
  const fill = (value: string, optional: string) =>
    path
      .replace(/\/\[\[\.\.\.[^\]]+\]\]/g, optional)
      .replace(/\[\.\.\.[^\]]+\]/g, `${value}/${value}`)
      .replace(/\[[^\]]+\]/g, value) || '/'
  return [...new Set([fill('x', ''), fill('x', '/x'), fill('x.css', '/x.css')])]
}

/** The need of each path by the rules of the middleware. A rule that the gateway does not take is a finding of its own. */
export function routesOf(project: Project): (path: string) => Pick<Needs, 'require' | 'renew'> {
  try {
    return compileRoutes(gatewayOf(project)?.rules ?? [])
  } catch {
    return () => ({ require: 'session', renew: 'when-due' })
  }
}

function protectedPaths({ project, build }: Built, among: readonly Route[] = build.routes): string[] {
  const routeOf = routesOf(project)
  return among
    .filter(({ path }) => !METADATA.test(path) && !path.includes('(.'))
    .flatMap(samplesOf)
    .filter((path) => routeOf(path).require !== 'public')
}

function pathsReached({ project, build }: Built, how: ReturnType<typeof reach>): string[] {
  if (build.matchers === null) return []
  return protectedPaths({ project, build }).filter((path) => reach(build, build.basePath + path) === how)
}

const shown = (paths: readonly string[]) =>
  paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '')

/** Checks of the build that ask for no rule. */
export const buildChecks: readonly Check<Built>[] = [
  {
    id: 'build-stale',
    title: 'the build is of these sources',
    level: 'warning',
    run: ({ build }) =>
      when(
        build.olderThan,
        `${build.olderThan} was changed after the last build.`,
        'Run `next build`, and this again: routes and matcher are those of the build.',
      ),
  },
  {
    id: 'middleware-not-built',
    title: 'the middleware is in the build',
    level: 'error',
    run: ({ project, build }) =>
      when(
        build.matchers === null && !build.olderThan && gatewayFile(Object.keys(project.files)),
        'The build has no middleware, although there is a file for it: nothing is protected.',
        'Put it beside the folder app (into src/ when there is src/app), and build again.',
      ),
  },
]

/** Checks of the build by the rules: which paths meet the middleware. */
export const routeChecks: readonly Check<Built>[] = [
  {
    id: 'matcher-gap',
    title: 'the matcher covers every protected route',
    level: 'error',
    run: (built) => {
      const paths = pathsReached(built, 'never')
      return when(
        paths.length > 0,
        `The matcher leaves out ${shown(paths)}: these pages are open to everybody.`,
        "Take matcher: ['/', '/((?!_next/static/).*)'], and make public what is by a rule.",
      )
    },
  },
  {
    id: 'matcher-bypass',
    title: 'no header or cookie keeps a request from the middleware',
    level: 'error',
    run: (built) => {
      const paths = pathsReached(built, 'sometimes')
      return when(
        paths.length > 0,
        `The matcher has a condition (has, missing) on ${shown(paths)}: whoever sends that header, or leaves it out, passes the gateway by.`,
        'Delete `has` and `missing` from the matcher; the gateway knows prefetches itself.',
      )
    },
  },
  {
    id: 'preflight-answered',
    title: 'no protected handler answers a preflight with data',
    level: 'warning',
    run: (built) => {
      const handlers = built.build.routes.filter(
        ({ kind, router }) => kind === 'handler' && router === 'pages',
      )
      const paths = protectedPaths(built, handlers)
      return when(
        paths.length > 0,
        `A preflight reaches ${shown(paths)} without a session, and a handler of the Pages Router answers every method.`,
        'Let the handler answer OPTIONS first, and without data, or make it a route handler: docs/cors.md.',
      )
    },
  },
]
