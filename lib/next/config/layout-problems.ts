import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** In the order in which Next looks for them: the first that is there is all that it reads. */
const CONFIGS = ['js', 'mjs', 'ts', 'mts'].map((ending) => `next.config.${ending}`)
const ENDINGS = ['ts', 'js', 'tsx', 'jsx', 'mts', 'mjs']

/** Reasons why the gateway, or a part of the configuration, does not run although its file is there. A line each. */
export function layoutProblems(root: string): string[] {
  const { proxy, middleware, has } = filesOf(root)
  return [
    ...(proxy && middleware
      ? ['proxy.ts stands beside middleware.ts: Next runs only one of them; delete the one you do not need']
      : []),
    ...placeProblems(root),
    ...configProblems(CONFIGS.filter(has)),
  ]
}

/** A middleware where Next does not look for it. */
export function placeProblems(root: string): string[] {
  const { proxy, middleware, has } = filesOf(root)
  return [middleware, proxy].flatMap((file) => placeProblem(file, has))
}

/** The configuration that Next reads, of those that are there. */
export const configInUse = (names: readonly string[]): string | undefined =>
  CONFIGS.find((name) => names.includes(name))

/** More than one configuration. `names` in any order. */
export function configProblems(names: readonly string[]): string[] {
  const [read, ...others] = CONFIGS.filter((name) => names.includes(name))
  if (others.length === 0) return []
  return [
    `${others.join(' and ')} is not read: Next takes ${read}; move what is needed into one of them, and delete the other`,
  ]
}

function filesOf(root: string) {
  const has = (path: string) => existsSync(join(root, path))
  const first = (name: string) => ENDINGS.map((ending) => `${name}.${ending}`).find(has)
  const find = (name: string) => first(name) ?? first(`src/${name}`)
  return { proxy: find('proxy'), middleware: find('middleware'), has }
}

/** Next looks for the file beside the folder `app`: elsewhere it does not run in `next dev`, or never. */
function placeProblem(file: string | undefined, has: (path: string) => boolean): string[] {
  const folder = ['app', 'pages', 'src/app', 'src/pages'].find(has)
  if (!file || !folder) return []
  const inSource = file.startsWith('src/')
  if (inSource === folder.startsWith('src/')) return []
  const right = inSource ? file.slice(4) : `src/${file}`
  return [`${file} does not run everywhere: Next looks for it beside ${folder}; move it to ${right}`]
}
