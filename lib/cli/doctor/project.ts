import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { configInUse, placeProblems } from '../../next/config/layout-problems.ts'
import type { Declarations } from '../declared/declared.ts'
import { ENV_FILES, effectiveEnvironment, parseEnv, readIfThere } from '../env-file.ts'
import { installCommand } from '../init/package-manager.ts'
import type { Io } from '../io.ts'
import type { Build } from './build.ts'
import { readBuild } from './build.ts'
import type { GitState } from './git.ts'
import { gitState } from './git.ts'
import { secretsIn } from './secrets.ts'

/** A Next app as it lies in its folder. */
export type Project = {
  /** Middleware and configuration, by path. */
  readonly files: Readonly<Record<string, string>>
  /** Middleware that Next does not look for where it lies; see {@link placeProblems}. */
  readonly misplaced: readonly string[]
  /** The options that these give to the gateway, by their own word. */
  readonly declared: Declarations
  /** Installed versions of what the session depends on. */
  readonly versions: Readonly<Record<string, string>>
  readonly nodeVersion: string
  /** Installs packages: `pnpm add`, say. */
  readonly install: string
  readonly environment: Readonly<Record<string, string>>
  readonly envFiles: readonly EnvFile[]
  /** Null before the first `next build`. */
  readonly build: Build | null
  /** Secrets that stand in files browsers are served. */
  readonly leaks: readonly { readonly variable: string; readonly path: string }[]
  /** Milliseconds since 1970. */
  readonly now: number
}

export type EnvFile = {
  readonly path: string
  readonly values: Readonly<Record<string, string>>
  /** Whether other users of the machine may read it. */
  readonly access: 'owner' | 'others'
  readonly git: GitState
}

const ENDINGS = ['ts', 'js', 'mts', 'mjs', 'cjs']
const SOURCES = ['', 'src/'].flatMap((folder) =>
  ['middleware', 'proxy'].flatMap((name) => ENDINGS.map((ending) => `${folder}${name}.${ending}`)),
)
const CONFIGS = ENDINGS.map((ending) => `next.config.${ending}`)
const PACKAGES = ['next', 'jose']

/** Reads everything that the checks want to know of a folder. Middleware and configuration are run: {@link Io}. */
export async function readProject({
  cwd,
  env,
  clock,
  nodeVersion,
  readDeclarations,
}: Pick<Io, 'cwd' | 'env' | 'clock' | 'nodeVersion' | 'readDeclarations'>): Promise<Project> {
  const texts = (names: readonly string[]) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const text = readIfThere(cwd, name)
        return text === undefined ? [] : [[name, text] as const]
      }),
    )
  const files = texts([...SOURCES, ...CONFIGS])
  const envFiles = Object.entries(texts(ENV_FILES)).map(([path, text]) => ({
    path,
    values: parseEnv(text),
    access:
      process.platform !== 'win32' && statSync(join(cwd, path)).mode & 0o077
        ? ('others' as const)
        : ('owner' as const),
    git: gitState(cwd, path),
  }))
  const environment = effectiveEnvironment(
    env,
    envFiles.map(({ values }) => values),
  )
  const manifests = texts(PACKAGES.map((name) => `node_modules/${name}/package.json`))
  const versions = Object.values(manifests).map(
    (text) => JSON.parse(text) as { name: string; version: string },
  )
  return {
    files,
    misplaced: placeProblems(cwd),
    declared: await readDeclarations(
      cwd,
      {
        middleware: gatewayFile(Object.keys(files)) ?? null,
        config: configInUse(Object.keys(files)) ?? null,
      },
      environment,
    ),
    versions: Object.fromEntries(versions.map(({ name, version }) => [name, version])),
    nodeVersion,
    install: installCommand(cwd),
    environment,
    envFiles,
    build: readBuild(cwd, Object.keys(files)),
    leaks: findLeaks(cwd, environment),
    now: clock(),
  }
}

/** The middleware or the proxy among these paths. */
export const gatewayFile = (paths: readonly string[]): string | undefined =>
  ['middleware', 'proxy'].map((name) => fileNamed(paths, name)).find(Boolean)

export const fileNamed = (paths: readonly string[], name: string): string | undefined =>
  paths.find((path) => path.replace(/^src\//, '').startsWith(`${name}.`))

/** The files Next serves to browsers as they are. */
const SERVED = ['.next/static', 'public']

function findLeaks(root: string, environment: Project['environment']): Project['leaks'] {
  const secrets = secretsIn(environment)
  return SERVED.flatMap((folder) => listFiles(root, folder)).flatMap((path) => {
    const text = readIfThere(root, path) ?? ''
    return secrets.filter(({ value }) => text.includes(value)).map(({ variable }) => ({ variable, path }))
  })
}

function listFiles(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(js|mjs|css|html|json|map|txt|rsc)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
  } catch {
    return []
  }
}
