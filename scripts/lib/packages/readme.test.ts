import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { fromRoot } from '../paths.mjs'
import { workspaces } from './manifest.ts'
import { standAlone } from './readme.ts'

const home = 'https://code.example/evergate'

it('links lead to the repository, from the folder of the page', () => {
  expect(standAlone('[a](docs/a.md#b) [b](../c.md)', 'lib/README.md', home)).toBe(
    `[a](${home}/blob/main/lib/docs/a.md#b) [b](${home}/blob/main/c.md)`,
  )
})

it('pictures are the files themselves', () => {
  expect(standAlone('![a](docs/a.png)', 'README.md', home)).toBe(`![a](${home}/raw/main/docs/a.png)`)
})

it('addresses, links within the page and code stay', () => {
  const page = '[a](https://a.example) [b](#b)\n\n```ts\nconst [a](b) = c\n```\n'
  expect(standAlone(page, 'README.md', home)).toBe(page)
})

it.each(workspaces)('the page of $folder has no relative link on npm', ({ readme }) => {
  const page = standAlone(readFileSync(fromRoot(readme), 'utf8'), readme, home)
  const links = [...page.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)]
  expect(links.length).toBeGreaterThan(0)
  expect(links.map(([, target = '']) => target).filter((target) => !/^(https?:|#)/.test(target))).toEqual([])
})
