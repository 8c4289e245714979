import { exportsOf } from '../../docs/api/exports.ts'
import { entries, readComment } from '../../docs/api/reference.ts'
import { read } from './pages.ts'

const SURROUNDINGS = 'scripts/fixtures/example-surroundings.ts'

/** Each example of a documentation comment as a module that a compiler can judge, by a file name that tells whose it is. */
export function exampleModules(pathToRoot: string): ReadonlyMap<string, string> {
  const homes = new Map(
    [...read(SURROUNDINGS).matchAll(/^export (?:declare (?:const|function)|\{(?: \w+ as)?) (\w+)/gm)].map(
      ([, name = '']) => [name, `${pathToRoot}/${SURROUNDINGS}`],
    ),
  )
  for (const { name: entry, file } of [...entries].reverse())
    for (const { name } of exportsOf(file)) homes.set(name, entry)

  const modules = new Map<string, string>()
  for (const { name: entry, file } of entries)
    for (const { name, comment } of exportsOf(file))
      readComment(comment).examples.forEach(({ code }, index) => {
        const own = new Set(exportsOf(file).map((one) => one.name))
        const homeOf = (word: string) => (own.has(word) ? entry : homes.get(word))
        const fileName = `${entry}.${name}.${index}.tsx`.replace('@', '').replaceAll('/', '-')
        modules.set(fileName, `${importsFor(code, homeOf)}\n${body(code)}\nexport {}\n`)
      })
  return modules
}

/** Imports of what the code names and does not declare itself. */
function importsFor(code: string, homeOf: (word: string) => string | undefined): string {
  const declared = new Set(
    [...code.matchAll(/\b(?:const|function|import) (\w+|\{[^}]*\})/g)].flatMap(
      ([, names = '']) => names.match(/\w+/g) ?? [],
    ),
  )
  // Names after a dot are members; after three they are spread.
  const words = new Set(code.replace(/\/\/.*$/gm, '').match(/(?<![\w'-])(?<!(?<!\.\.)\.)[A-Za-z]\w*/g))
  return [...words]
    .filter((word) => !declared.has(word) && homeOf(word) !== undefined)
    .map((word) => `import { ${word} } from '${homeOf(word)}'`)
    .join('\n')
}

/** Code with a `return` stands inside a function. */
const body = (code: string) =>
  /^return /m.test(code) ? `export async function example() {\n${code}\n}` : code
