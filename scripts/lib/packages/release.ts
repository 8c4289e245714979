import type { Manifest } from './manifest.ts'

const NEEDED = ['description', 'license', 'repository', 'homepage', 'bugs', 'keywords'] as const

/** A release is judged by these. `manifests` are those of the workspaces; `tag` is the git tag that asks for it, such as `v1.2.0`. */
type Release = {
  readonly manifests: readonly (Manifest & Partial<Record<(typeof NEEDED)[number], unknown>>)[]
  readonly changelog: string
  readonly tag?: string
}

/** One sentence for each thing that is missing before a release, with the next step. */
export function releaseProblems({ manifests, changelog, tag }: Release): string[] {
  const versions = [...new Set(manifests.map(({ version }) => version))]
  const [version = ''] = versions
  const problems = manifests.flatMap((manifest) => [
    ...NEEDED.filter((field) => !manifest[field]).map(
      (field) => `${manifest.name}: package.json has no "${field}"; add it`,
    ),
    ...(manifest.private ? [`${manifest.name}: package.json says "private"; remove it`] : []),
  ])
  if (versions.length > 1)
    problems.push(`the packages have versions ${versions.join(' and ')}; give them one`)
  if (!new RegExp(`^## ${version.replaceAll('.', '\\.')}\\b`, 'm').test(changelog))
    problems.push(`CHANGELOG.md has no section "## ${version}"; rename "Unreleased" to it`)
  if (tag !== undefined && tag !== `v${version}`)
    problems.push(`the tag is ${tag}, but the packages have version ${version}; set one to the other`)
  return problems
}
