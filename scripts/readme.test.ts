import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { variables as authServerVariables } from '../auth-server/config/environment-schema.ts'
import { variables as gatewayVariables } from '../lib/next/config/environment.ts'

const README = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')

const names = new Set([...gatewayVariables, ...authServerVariables].map(({ name }) => name))

function row(name: string): string {
  const gateway = gatewayVariables.find((variable) => variable.name === name)
  const authServer = authServerVariables.find((variable) => variable.name === name)
  const who = gateway && authServer ? 'both' : gateway ? 'gateway' : 'auth server'
  const meaning = new Set([gateway?.meaning, authServer?.meaning].filter(Boolean))
  const defaults = new Set([gateway?.default, authServer?.default].filter(Boolean))
  return `| \`${name}\` | ${who} | ${[...meaning].join('; ')} | ${[...defaults].join('; ')} |`
}

const table = (heading: string) =>
  (README.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))

test('the README’s configuration table is the one that the two schemas make', () => {
  expect(table('Configuration')).toEqual([...names].map(row))
})
