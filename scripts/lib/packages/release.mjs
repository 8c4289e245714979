/**
 * Everything a release is judged by, as plain data.
 *
 * @typedef {object} Release
 * @property {(import('./manifest.mjs').Manifest & Partial<Record<'description' | 'license' | 'repository' | 'homepage' | 'bugs' | 'keywords', unknown>>)[]} manifests
 *   as the workspaces have them
 * @property {string} changelog
 * @property {string} [tag] the git tag that asks for the release, such as `v1.2.0`
 */

const NEEDED = /** @type {const} */ (['description', 'license', 'repository', 'homepage', 'bugs', 'keywords'])

/**
 * One sentence for each thing that is missing before a release, with the next step.
 *
 * @param {Release} release
 * @returns {string[]}
 */
export function releaseProblems({ manifests, changelog, tag }) {
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
