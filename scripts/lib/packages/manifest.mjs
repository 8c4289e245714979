/**
 * The workspaces that npm delivers: their folder, and the page that npm shows.
 *
 * @typedef {{ folder: string, readme: string }} Workspace
 * @type {readonly Workspace[]}
 */
export const workspaces = [
  { folder: 'lib', readme: 'README.md' },
  { folder: 'auth-server', readme: 'auth-server/README.md' },
]

/**
 * The part of a package.json that this reads; the rest is handed on.
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {Record<string, string>} exports entry points, each a TypeScript file
 * @property {Record<string, string>} [bin]
 * @property {boolean} [private]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

const source = /\.tsx?$/

/** @param {string} file such as `./next/index.ts` */
const built = (file) => file.replace(source, '.js')

/** @param {string} file */
const declared = (file) => file.replace(source, '.d.ts')

/**
 * The TypeScript files that others import, and those that they run.
 *
 * @param {Pick<Manifest, 'exports' | 'bin'>} manifest
 */
export function entriesOf({ exports, bin = {} }) {
  /** @param {Record<string, string>} files */
  const sources = (files) => [...new Set(Object.values(files).filter((file) => source.test(file)))]
  return { imported: sources(exports), run: sources(bin) }
}

/**
 * The package.json that is delivered, made from the workspace's: the same entry points in JavaScript, with their types.
 *
 * @param {Manifest} workspace
 */
export function deliveredManifest(workspace) {
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
