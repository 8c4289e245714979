import { configProblems } from '../../../next/config/layout-problems.ts'
import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { Project } from '../project.ts'

const named = (files: Project['files'], name: 'middleware' | 'proxy') =>
  Object.keys(files).find((path) => path.replace(/^src\//, '').startsWith(`${name}.`))

/** The one that runs, without its comments. */
function gatewaySource({ files }: Project): { path: string; text: string } | undefined {
  const path = named(files, 'middleware') ?? named(files, 'proxy')
  return path === undefined ? undefined : { path, text: withoutComments(files[path] ?? '') }
}

export const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')

const configOf = ({ files }: Project) => {
  const path = Object.keys(files).find((name) => name.startsWith('next.config.'))
  return { path: path ?? 'next.config.mjs', text: withoutComments(files[path ?? ''] ?? '') }
}

/** An import of the app's own: what it does is not known from here. */
const OWN_MODULE = /from\s+['"](\.|[@~#]\/)/

/** How the gateway stands in the sources. */
export const layoutChecks: readonly Check<Project>[] = [
  {
    id: 'middleware-missing',
    title: 'there is a middleware.ts or proxy.ts',
    level: 'error',
    run: (project) =>
      when(
        !gatewaySource(project),
        'There is neither middleware.ts nor proxy.ts: nothing is protected.',
        'Run `npx evergate init`.',
      ),
  },
  {
    id: 'middleware-and-proxy',
    title: 'not both of them',
    level: 'error',
    run: ({ files }) => {
      const [middleware, proxy] = [named(files, 'middleware'), named(files, 'proxy')]
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
    run: ({ refusedRules }) =>
      refusedRules.map((problem) => ({
        message: `${problem}: with it, every page answers 500.`,
        fix: 'Files of public/ and metadata files need no rule; write other paths segment by segment.',
      })),
  },
  {
    id: 'gateway-not-used',
    title: 'it is the gateway that runs',
    level: 'error',
    run: (project) => {
      const source = gatewaySource(project)
      return when(
        source && !/\bcreateGateway\s*\(/.test(source.text) && !OWN_MODULE.test(source.text),
        `${source?.path} does not call createGateway().`,
        'Run `npx evergate init`, or put your own middleware into its `next:` option.',
      )
    },
  },
  {
    id: 'middleware-runtime',
    title: 'no runtime is chosen for it',
    level: 'error',
    run: (project) => {
      const source = gatewaySource(project)
      const isChosen = /export\s+const\s+config\b[^{]*\{(?:[^{}]|\{[^}]*\})*?\bruntime\s*:/.test(
        source?.text ?? '',
      )
      return when(
        isChosen,
        `${source?.path} sets \`runtime\` in its config, which Next does not take there.`,
        'Delete it: middleware.ts runs on the edge, proxy.ts on Node.',
      )
    },
  },
  {
    id: 'config-not-wrapped',
    title: 'next.config is wrapped with withGateway()',
    level: 'error',
    run: (project) => {
      const { path, text } = configOf(project)
      const { build } = project
      // The build counts: the call may stand in a file that the configuration imports.
      const isWrapped = build ? build.isWrapped : text.includes('withGateway')
      return when(
        !isWrapped,
        `${path} does not wrap its export with withGateway()${build ? ', or did not when it was built' : ''}: prefetches cannot be told from other requests.`,
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
        project.build?.i18n || /\bi18n\s*:/.test(configOf(project).text),
        'next.config sets i18n: /de/admin is a page that a rule for /admin does not name.',
        'Use a [lang] folder of the App Router instead.',
      ),
  },
]
