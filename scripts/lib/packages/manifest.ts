/** A workspace that npm delivers: its folder, and the page that npm shows. */
export type Workspace = { readonly folder: string; readonly readme: string }

export const workspaces: readonly Workspace[] = [
  { folder: 'lib', readme: 'README.md' },
  { folder: 'auth-server', readme: 'auth-server/README.md' },
]

type Lists = 'bin' | 'scripts' | 'dependencies' | 'devDependencies' | 'peerDependencies'

/** The part of a package.json that this reads; the rest is handed on. `exports` are entry points, each a TypeScript file. */
export type Manifest = { [List in Lists]?: Record<string, string> } & {
  name: string
  version: string
  exports: Record<string, string>
  private?: boolean
}

const source = /\.tsx?$/

const built = (file: string) => file.replace(source, '.js')

const declared = (file: string) => file.replace(source, '.d.ts')

/** The TypeScript files that others import, and those that they run. */
export function entriesOf({ exports, bin = {} }: Pick<Manifest, 'exports' | 'bin'>) {
  const sources = (files: Record<string, string>) => [
    ...new Set(Object.values(files).filter((file) => source.test(file))),
  ]
  return { imported: sources(exports), run: sources(bin) }
}

/** The package.json that is delivered, made from the workspace's: the same entry points in JavaScript, with their types. */
export function deliveredManifest(workspace: Manifest) {
  const { private: _, scripts: __, devDependencies: ___, exports, bin, ...kept } = workspace
  const entries = Object.entries(exports).map(([name, file]) => [
    name,
    source.test(file) ? { types: declared(file), default: built(file) } : file,
  ])
  const commands = Object.entries(bin ?? {}).map(([name, file]) => [name, built(file).replace(/^\.\//, '')])
  return {
    ...kept,
    exports: { ...Object.fromEntries(entries), './package.json': './package.json' },
    ...(commands.length > 0 && { bin: Object.fromEntries(commands) }),
    // Everything in the folder that is packed was put there to be delivered.
    files: ['**'],
    ...(kept.name.startsWith('@') && { publishConfig: { access: 'public' } }),
  }
}
