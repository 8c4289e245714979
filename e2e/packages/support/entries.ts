import { execFileSync } from 'node:child_process'

/** The part of a delivered package.json that tests ask. */
export type Delivered = {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies: Readonly<Record<string, string>>
}

export function deliveredIn(tarball: string): Delivered {
  return JSON.parse(execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }))
}

/** The entry points of a package: `evergate/next` and so on. */
export function entriesIn(tarball: string): string[] {
  const { name, exports } = deliveredIn(tarball)
  const paths = Object.keys(exports).filter((path) => path !== './package.json')
  return paths.map((path) => `${name}${path.slice(1)}`)
}
