import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { fromRoot, tools, workFolder } from '../paths.mjs'
import { Problem } from '../problem.mjs'
import { runNode } from '../run.mjs'
import { reachableDeclarations, withBuiltImports } from './declarations.ts'

/**
 * The entries in JavaScript, a file for each module: what an app does not use its bundler leaves out, and `'use client'`
 * stays with the module that says it. Packages stay imports.
 */
export async function buildCode(folder: string, entries: readonly string[], target: string) {
  const bundle = await rolldown({
    cwd: folder,
    input: [...entries],
    // Style sheets are for the app's own bundler.
    external: [/^[^./]/, /\.css$/],
    treeshake: { moduleSideEffects: [{ test: /\.css$/, sideEffects: true }] },
    platform: 'neutral',
    tsconfig: fromRoot('tsconfig.json'),
    onLog(_level, { code, message }) {
      // It is preserved where each module is a file; a test says so.
      if (code !== 'MODULE_LEVEL_DIRECTIVE') throw new Problem(`rolldown: ${message}`)
    },
  })
  const asTheyAre = { preserveModules: true, preserveModulesRoot: folder, entryFileNames: '[name].js' }
  await bundle.write({ dir: target, format: 'esm', ...asTheyAre })
  await bundle.close()
}

/** The entries' types with their documentation comments, and those of the modules they name. */
export async function buildTypes(folder: string, entries: readonly string[], target: string) {
  // Inside the repository, where the types of dependencies are found.
  const work = mkdtempSync(join(workFolder, 'types-'))
  try {
    const config = join(work, 'tsconfig.json')
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const ambient = all.filter((file) => file.endsWith('.d.ts') && !file.includes('node_modules'))
    const options = {
      ...{ noEmit: false, incremental: false, allowJs: false, checkJs: false },
      ...{ declaration: true, emitDeclarationOnly: true, rootDir: folder, outDir: join(work, 'out') },
    }
    const files = [...entries, ...ambient].map((file) => join(folder, file))
    const extended = fromRoot('tsconfig.json')
    writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions: options, files, include: [] }))
    const { code, output } = await runNode([tools.tsc, '-p', config])
    if (code !== 0) throw new Problem(`The types of ${folder} could not be built:\n${output.trim()}`)
    const wanted = entries.map((file) => file.replace(/^\.\//, '').replace(/\.tsx?$/, '.d.ts'))
    const read = (file: string) => readFileSync(join(work, 'out', file), 'utf8')
    for (const file of reachableDeclarations(wanted, read)) {
      cpSync(join(work, 'out', file), join(target, file))
      writeFileSync(join(target, file), withBuiltImports(read(file)))
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
