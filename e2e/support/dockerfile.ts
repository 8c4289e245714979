import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The commands of a target of the Dockerfile, read from the file itself, so that a test does the same. */
export type Image = {
  /** `made`: by an earlier stage, not part of what is checked in. */
  readonly copies: readonly { readonly from: string; readonly to: string; readonly made: boolean }[]
  readonly runs: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly user: string | undefined
  readonly command: readonly string[]
}

/** Reads one stage of the Dockerfile. */
export function readImage(target: string): Image {
  const stages = readFileSync('Dockerfile', 'utf8').split(/^FROM /m)
  const stage = stages.find((text) => text.split('\n')[0]?.endsWith(` AS ${target}`))
  if (stage === undefined) throw new Error(`the Dockerfile has no target ${target}`)
  const all = (instruction: string) =>
    [...stage.matchAll(new RegExp(`^${instruction} (.+)$`, 'gm'))].map(([, rest = '']) => rest)
  return {
    copies: all('COPY').map((line) => {
      const [from = '', to = ''] = line.replace(/^--from=\S+ \/src\//, '').split(' ')
      return { from, to, made: line.startsWith('--from=') }
    }),
    runs: all('RUN'),
    env: Object.fromEntries(all('ENV').map((pair) => pair.split('='))),
    user: all('USER')[0],
    command: JSON.parse(all('CMD')[0] ?? '[]'),
  }
}

/** Copies what the image holds into `folder`, but for packages from the registry. */
export function fillLikeImage({ copies }: Image, folder: string): void {
  for (const { from, to, made } of copies.filter(({ from }) => from !== 'node_modules'))
    cpSync(from, join(folder, to), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => made || isShipped(path),
    })
}

const isShipped = (path: string) => !/(^|\/)(\.env[^/]*|\.data|\.vercel|[^/]+\.test\.ts)$/.test(path)
