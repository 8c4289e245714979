import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { NextConfig } from 'next'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compileRoutes } from '../../gateway/request/routes.ts'
import { findPublicFiles } from './public-files.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evergate-public-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(...paths: string[]) {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
}

const find = (config: NextConfig = {}, development = false) => findPublicFiles(root, config, development)
const isPublic = (path: string, config?: NextConfig, development?: boolean) =>
  compileRoutes([], find(config, development))(path).require === 'public'

test('an app without public/ and app/ has none', () => {
  expect(find()).toEqual({ paths: [], problems: [] })
})

test('every file of public/, with the names that it has there', () => {
  write('public/a.png', 'public/deep/er/b c.txt', 'public/.well-known/security.txt', 'other/c.png')
  expect(find().paths).toEqual(['/.well-known/security.txt', '/a.png', '/deep/er/b c.txt'])
  expect(isPublic('/deep/er/b%20c.txt')).toBe(true)
  expect(isPublic('/deep')).toBe(false)
})

test('links are followed as Next does, and one to a folder above ends', () => {
  write('shared/a.png', 'public/b.png')
  symlinkSync(join(root, 'shared'), join(root, 'public/shared'))
  symlinkSync(join(root, 'public'), join(root, 'public/self'))
  symlinkSync(join(root, 'nowhere'), join(root, 'public/broken.png'))
  expect(find().paths).toEqual(['/b.png', '/shared/a.png'])
})

test('too many files for a middleware need rules, which is said; metadata files stay', () => {
  write(
    'src/app/icon.svg',
    ...Array.from({ length: 800 }, (_, index) => `public/images/${'x'.repeat(90)}${index}`),
  )
  const { paths, problems } = find()
  expect(paths).toEqual(['/icon.svg'])
  expect(problems).toEqual([expect.stringContaining("{ path: '/images/:path*', require: 'public' }")])
})

test.each([
  ['/assets', undefined, '/assets/_next/static/chunks/a.js'],
  ['https://cdn.example/assets/', undefined, '/assets/_next/static/chunks/a.js'],
  ['/shop/assets', '/shop', '/assets/_next/static/chunks/a.js'],
])('the build’s own files below the assetPrefix %s are public', (assetPrefix, basePath, path) => {
  const config = { assetPrefix, ...(basePath && { basePath }) }
  expect(isPublic(path, config)).toBe(true)
  expect(isPublic('/assets/other', config)).toBe(false)
})

test('an assetPrefix that is another server makes nothing public here', () => {
  expect(find({ assetPrefix: 'https://cdn.example' })).not.toHaveProperty('pattern')
})

test('in development files that were added since the start are public by their ending, and pages are not', () => {
  const inDevelopment = (path: string) => isPublic(path, {}, true)
  for (const path of ['/new.png', '/a/new.svg', '/fonts/a.woff2', '/robots.txt', '/blog/opengraph-image'])
    expect([path, inDevelopment(path), isPublic(path)]).toEqual([path, true, false])
  for (const path of ['/dashboard', '/report.pdf', '/data.json', '/a.png/edit'])
    expect([path, inDevelopment(path)]).toEqual([path, false])
})
