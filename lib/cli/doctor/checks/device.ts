import type { PathRule } from '../../../gateway/request/routes.ts'
import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { Project } from '../project.ts'
import { configOf, gatewayOf } from './layout.ts'
import type { Built } from './routes.ts'
import { reach } from './routes.ts'

/** Seconds. A browser signs six times in nine minutes at most; below the first no session is bound. */
const LEAST_LIFE = 240
const SAFE_LIFE = 300

/** The paths of device binding; null where no session is bound. */
export const devicePathsOf = (project: Project): readonly string[] | null => {
  const device = gatewayOf(project)?.device
  return device ? [device.register, device.refresh] : null
}

export const binds = (project: Project): boolean => devicePathsOf(project) !== null
const isForBound = ({ require }: PathRule) => typeof require === 'object' && require.device === 'bound'
const lifeOf = ({ environment }: Project) => Number(environment.ACCESS_TOKEN_TTL || 900)

/** Looks for settings that keep sessions from being bound to their devices. */
export const deviceChecks: readonly Check<Project>[] = [
  {
    id: 'device-token-life',
    title: 'access tokens live long enough for a browser that signs each renewal',
    level: 'error',
    run: (project) =>
      when(
        binds(project) && lifeOf(project) < LEAST_LIFE,
        `Access tokens live ${lifeOf(project)} s, and browsers refuse to sign more often than six times in nine minutes: no session is bound.`,
        `Set ACCESS_TOKEN_TTL to ${SAFE_LIFE} or more, 900 is the default.`,
      ),
  },
  {
    id: 'device-token-quota',
    title: 'several tabs stay within what a browser signs',
    level: 'warning',
    run: (project) =>
      when(
        binds(project) && lifeOf(project) >= LEAST_LIFE && lifeOf(project) < SAFE_LIFE,
        `Access tokens live ${lifeOf(project)} s: a browser with several tabs may use up its quota of six signatures in nine minutes.`,
        `Set ACCESS_TOKEN_TTL to ${SAFE_LIFE} or more.`,
      ),
  },
  {
    id: 'device-domain',
    title: 'cookies of bound sessions belong to one host',
    level: 'warning',
    run: (project) =>
      when(
        binds(project) && configOf(project)?.domain,
        '`domain` gives the cookies to other hosts, too, so no session is bound to its device.',
        'Leave `domain` out, or leave `deviceBinding` out.',
      ),
  },
  {
    id: 'device-http',
    title: 'cookies of bound sessions are for https alone',
    level: 'warning',
    run: (project) =>
      when(
        binds(project) && project.environment.COOKIE_SECURE === 'false',
        'COOKIE_SECURE=false sets cookies for plain http, so no session is bound to its device.',
        'Leave COOKIE_SECURE out; behind a proxy that ends TLS, set TRUST_PROXY.',
      ),
  },
  {
    id: 'device-rule-unbound',
    title: 'rules that ask for a bound session can be met',
    level: 'error',
    run: (project) =>
      when(
        !binds(project) && gatewayOf(project)?.rules.some(isForBound),
        "A rule requires `device: 'bound'`, and no session is ever bound: nobody gets there.",
        'Set `deviceBinding: bindDevices({ … })`, docs/device-binding.md.',
      ),
  },
]

/** The same about the build. */
export const deviceRouteChecks: readonly Check<Built>[] = [
  {
    id: 'device-paths-unmatched',
    title: 'the two paths of device binding meet the middleware',
    level: 'error',
    run: ({ project, build }) => {
      const left = (devicePathsOf(project) ?? []).filter(
        (path) => build.matchers !== null && reach(build, build.basePath + path) !== 'always',
      )
      return when(
        left.length > 0,
        `\`matcher\` leaves out ${left.join(' and ')}, so browsers register or renew nothing.`,
        "Let `matcher` be what the README has: ['/', '/((?!_next/static/).*)'].",
      )
    },
  },
]
