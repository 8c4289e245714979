/**
 * `npm run peers`: holds docs/comparison.md against the packages as npm delivers them. It says which have a newer version, and which
 * sources are not found in the version that the page names. Nothing is written: a version on the page says that somebody has read it.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machineEnv } from '../../scripts/lib/paths.mjs'
import { run } from '../../scripts/lib/run.mjs'
import { comparisonPage, missingIn, sourcesOf, versionsIn } from './sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'peers-'))
try {
  const findings = await readAll()
  if (findings > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function readAll(): Promise<number> {
  const sources = sourcesOf(comparisonPage())
  const packages = [...versionsIn(sources)].flatMap(([name, versions]) =>
    [...versions].map((version) => ({ name, version })),
  )
  const places = new Map<string, string>()
  for (const { name, version } of packages) {
    const place = await fetched(name, version)
    if (place) places.set(name, place)
  }
  let findings = 0
  for (const { name, version } of packages) {
    const place = places.get(name)
    const missing = sources.flatMap(({ number, read: source }) => {
      if (source?.name !== name || source.version !== version) return []
      const said = place ? missingIn(source, (path) => textIn(place, path)) : 'the package is not to be had'
      return said ? [`  source ${number}: ${said}`] : []
    })
    const newest = await newestOf(name, [...places.values()])
    // A version before a release is read on purpose.
    const isOld = newest !== version && !version.includes('-')
    console.log([`${name} ${version}${isOld ? `: ${newest} is out` : ''}`, ...missing].join('\n'))
    findings += missing.length + (isOld ? 1 : 0)
  }
  return findings
}

async function npm(...args: string[]): Promise<string> {
  const { stdout } = await run('npm', args, { env: machineEnv(), timeout: 60_000 })
  return stdout.trim()
}

/** The newest version that can be installed beside the other packages of the page. */
async function newestOf(name: string, places: readonly string[]): Promise<string> {
  const range = places.map((place) => rangeIn(place, name)).find((found) => found !== undefined)
  const text = await npm('view', range ? `${name}@${range}` : name, 'version', '--json')
  const versions: string[] = [JSON.parse(text || '""')].flat()
  return versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? ''
}

function rangeIn(place: string, name: string): string | undefined {
  return JSON.parse(textIn(place, 'package.json') ?? '{}').peerDependencies?.[name]
}

async function fetched(name: string, version: string): Promise<string | undefined> {
  const file = (await npm('pack', `${name}@${version}`, '--pack-destination', folder)).split('\n').at(-1)
  if (!file?.endsWith('.tgz')) return undefined
  const place = join(folder, name.replace('/', '+'))
  mkdirSync(place)
  const { code } = await run('tar', ['xzf', join(folder, file), '-C', place, '--strip-components', '1'])
  return code === 0 ? place : undefined
}

function textIn(place: string, path: string): string | undefined {
  try {
    const full = join(place, path)
    if (!statSync(full).isDirectory()) return readFileSync(full, 'utf8')
    return readdirSync(full)
      .map((name) => `${name}\n${textIn(full, name) ?? ''}`)
      .join('\n')
  } catch {
    return undefined
  }
}
