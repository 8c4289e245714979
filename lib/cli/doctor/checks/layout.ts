import type { PathRule } from '../../../gateway/request/routes.ts'
import { configProblems } from '../../../next/config/layout-problems.ts'
import { NOBODY_TELLS, pathProblems } from '../../../next/config/rule-problems.ts'
import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { Project } from '../project.ts'
import { fileNamed, gatewayFile } from '../project.ts'

/** The options of the gateway; null where the middleware could not be run, or is not there. */
export const gatewayOf = ({ declared: { gateway } }: Project) =>
  gateway.result === 'declared' ? gateway.value : null

/** The same of `next.config`. */
export const configOf = ({ declared: { config } }: Project) =>
  config.result === 'declared' ? config.value : null

const isStrict = ({ require }: PathRule) => typeof require === 'object' && require.freshness === 'strict'

/** Rules that the gateway does not take, or that nobody can meet. */
function ruleProblems(project: Project): string[] {
  const { rules, isTold } = gatewayOf(project) ?? { rules: [], isTold: false }
  const paths = new Set(rules.map(({ path }) => path))
  return [...[...paths].flatMap(pathProblems), ...(rules.some(isStrict) && !isTold ? [NOBODY_TELLS] : [])]
}

/** How the gateway stands in the sources. */
export const layoutChecks: readonly Check<Project>[] = [
  {
    id: 'middleware-missing',
    title: 'there is a middleware.ts or proxy.ts',
    level: 'error',
    run: ({ files }) =>
      when(
        !gatewayFile(Object.keys(files)),
        'There is neither middleware.ts nor proxy.ts: nothing is protected.',
        'Run `npx evergate init`.',
      ),
  },
  {
    id: 'middleware-and-proxy',
    title: 'not both of them',
    level: 'error',
    run: ({ files }) => {
      const [middleware, proxy] = ['middleware', 'proxy'].map((name) => fileNamed(Object.keys(files), name))
      return when(
        middleware && proxy,
        `${middleware} and ${proxy} are both there, and Next runs only one.`,
        `Delete ${proxy}, or ${middleware} if you want Node instead of the edge.`,
      )
    },
  },
  {
    id: 'middleware-misplaced',
    title: 'it lies where Next looks for it',
    level: 'error',
    run: ({ misplaced }) =>
      misplaced.map((problem) => ({
        message: `${problem}.`,
        fix: 'Move it; imports of neighbours change with it.',
      })),
  },
  {
    id: 'rule-not-understood',
    title: 'the gateway takes every rule',
    level: 'error',
    run: (project) =>
      ruleProblems(project).map((problem) => ({
        message: `${problem}: with it, every page answers 500.`,
        fix: 'Files of public/ and metadata files need no rule; write other paths segment by segment.',
      })),
  },
  {
    id: 'gateway-not-used',
    title: 'it is the gateway that runs',
    level: 'error',
    run: ({ declared: { gateway } }) =>
      when(
        gateway.result === 'declared' && !gateway.value.isCalled,
        `${gateway.result === 'declared' && gateway.file} does not call createGateway().`,
        'Run `npx evergate init`, or put your own middleware into its `next:` option.',
      ),
  },
  {
    id: 'middleware-runtime',
    title: 'no runtime is chosen for it',
    level: 'error',
    run: (project) => {
      return when(
        gatewayOf(project)?.runtime,
        `${gatewayFile(Object.keys(project.files))} sets \`runtime\` in its config, which Next does not take there.`,
        'Delete it: middleware.ts runs on the edge, proxy.ts on Node.',
      )
    },
  },
  {
    id: 'config-not-wrapped',
    title: 'next.config is wrapped with withGateway()',
    level: 'error',
    run: (project) => {
      const { build, declared } = project
      const path = declared.config.result === 'missing' ? 'next.config.mjs' : declared.config.file
      // The build counts, if it is of these sources. Without one, a configuration that could not be run is no finding: it is told as not checked.
      const counts = build && !build.olderThan
      const isWrapped = counts
        ? build.isWrapped
        : declared.config.result === 'failed' || configOf(project)?.isWrapped === true
      return when(
        !isWrapped,
        `${path} does not wrap its export with withGateway()${counts ? ', or did not when it was built' : ''}: prefetches cannot be told from other requests.`,
        "import { withGateway } from 'evergate/next/config', export default withGateway(yourConfig), and build again.",
      )
    },
  },
  {
    id: 'config-twice',
    title: 'there is one next.config',
    level: 'error',
    run: ({ files }) =>
      configProblems(Object.keys(files)).map((problem) => ({
        message: `${problem}.`,
        fix: 'Keep the one that Next wrote when the app was made, and wrap its export.',
      })),
  },
  {
    id: 'i18n',
    title: 'paths mean one page each (no i18n)',
    level: 'error',
    run: (project) =>
      when(
        project.build?.i18n || configOf(project)?.hasLanguages,
        'next.config sets i18n: /de/admin is a page that a rule for /admin does not name.',
        'Use a [lang] folder of the App Router instead.',
      ),
  },
]
