import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// `node main.ts nest` starts one backend, and prints where it is. A process of its own, since its packages are not the repository's.
const [name = ''] = process.argv.slice(2)
const module = await import(pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href)
const [start] = Object.values(module) as [() => Promise<{ url: string }>]
const { url } = await start()
console.log(url)
