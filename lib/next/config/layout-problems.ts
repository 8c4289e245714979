import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** In the order in which Next looks for them: the first that is there is all that it reads. */
const CONFIGS = ['js', 'mjs', 'ts', 'mts'].map((ending) => `next.config.${ending}`)
const ENDINGS = ['ts', 'js', 'tsx', 'jsx', 'mts', 'mjs']

/** What keeps the gateway, or a part of the configuration, from running although its file is there. A line each. */
export function layoutProblems(root: string, has = (path: string) => existsSync(join(root, path))): string[] {
  const first = (name: string) => ENDINGS.map((ending) => `${name}.${ending}`).find(has)
  const find = (name: string) => first(name) ?? first(`src/${name}`)
  const [proxy, middleware] = [find('proxy'), find('middleware')]
  const configs = CONFIGS.filter(has)
  return [
    ...(proxy && middleware
      ? ['proxy.ts stands beside middleware.ts: Next runs only one of them; delete the one you do not need']
      : []),
    ...[middleware, proxy].flatMap((file) => placeProblem(file, has)),
    ...(configs.length > 1
      ? [
          `${configs.slice(1).join(' and ')} is not read: Next takes ${configs[0]}; move what is needed into one of them, and delete the other`,
        ]
      : []),
  ]
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
