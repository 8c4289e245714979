import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** The values of `.env.local`, which the build could see: each made by set-up for this folder alone. */
function secretsOfTheBuild(): string[] {
  const text = readFileSync('.env.local', 'utf8')
  const values = [...text.matchAll(/^\w+=(.*)$/gm)].map(([, value = '']) =>
    value.trim().replace(/^(['"])(.*)\1$/, '$2'),
  )
  // Of a key set also the private part alone.
  return values
    .flatMap((value) => [value, ...[...value.matchAll(/"d":"([^"]+)"/g)].map(([, d = '']) => d)])
    .filter((value) => value.length >= 16)
}

function filesUnder(folder: string): { name: string; text: string }[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return entries.map(({ parentPath, name }) => ({ name, text: readFileSync(join(parentPath, name), 'utf8') }))
}

test('ASVS 13.3.1: no secret that the build could see stands in what it made', () => {
  const secrets = secretsOfTheBuild()
  expect(secrets.length).toBeGreaterThanOrEqual(3)
  const files = [...filesUnder('.next/static'), ...filesUnder('.next/server')]
  expect(files.length).toBeGreaterThan(20)
  for (const { name, text } of files)
    expect(
      secrets.some((secret) => text.includes(secret)),
      name,
    ).toBe(false)
})

test('ASVS 13.3.1: the browser is sent nothing of the gateway: no options, no variable’s name, no map of the source', () => {
  const files = filesUnder('.next/static')
  expect(files.some(({ name }) => name.endsWith('.js'))).toBe(true)
  for (const { name, text } of files) {
    expect(name).not.toMatch(/\.map$/)
    for (const word of [
      'ETLS_ACCESS',
      'ETLS_REFRESH',
      'GATEWAY_SECRET',
      'SIGNING_KEYS',
      'REMOTE_API',
      'EVERGATE_OPTIONS',
      'refreshtoken',
    ])
      expect(text.includes(word), `${word} in ${name}`).toBe(false)
  }
})
