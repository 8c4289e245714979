import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { metadataAddresses } from './metadata-files.ts'

/** Whether a folder `app` with this one file serves it at an address. */
function serves(file: string, address: string, text = ''): boolean {
  const app = mkdtempSync(join(tmpdir(), 'evergate-app-'))
  onTestFinished(() => rmSync(app, { recursive: true }))
  mkdirSync(dirname(join(app, file)), { recursive: true })
  writeFileSync(join(app, file), text)
  return metadataAddresses(app, ['tsx', 'ts', 'js']).some((found) =>
    'path' in found ? found.path === address : new RegExp(`^(?:${found.pattern})$`).test(address),
  )
}

const MANY = 'export function generateImageMetadata() {}'

// As `next build` writes them into app-path-routes-manifest.json; the test of the packages asks each of a real build.
test.each([
  ['favicon.ico', '/favicon.ico'],
  ['robots.txt', '/robots.txt'],
  ['robots.ts', '/robots.txt'],
  ['manifest.json', '/manifest.json'],
  ['manifest.ts', '/manifest.webmanifest'],
  ['sitemap.ts', '/sitemap.xml'],
  ['blog/sitemap.xml', '/blog/sitemap.xml'],
  ['(shop)/sitemap.ts', '/sitemap.xml'],
  ['icon.svg', '/icon.svg'],
  ['icon2.png', '/icon2.png'],
  ['icon.tsx', '/icon'],
  ['apple-icon.png', '/apple-icon.png'],
  ['blog/opengraph-image.tsx', '/blog/opengraph-image'],
  ['(site)/about/opengraph-image.png', '/about/opengraph-image-1ycygp.png'],
  ['@modal/twitter-image.jpg', '/twitter-image-q4w0yx.jpg'],
  ['posts/[slug]/icon.png', '/posts/-/icon.png'],
  ['posts/[slug]/icon.png', '/posts/first/icon.png'],
  ['docs/[...path]/opengraph-image.tsx', '/docs/a/b/opengraph-image'],
  ['[[...path]]/icon.png', '/icon.png'],
])('%s is at %s', (file, address) => {
  expect(serves(file, address)).toBe(true)
})

test('several images in one file are below its address', () => {
  expect(serves('posts/[slug]/twitter-image.tsx', '/posts/a/twitter-image/large', MANY)).toBe(true)
  expect(serves('posts/[slug]/twitter-image.tsx', '/posts/a/twitter-image/large/x', MANY)).toBe(false)
  expect(serves('posts/[slug]/twitter-image.tsx', '/posts/a/twitter-image/large')).toBe(false)
  expect(serves('sitemap.ts', '/sitemap/1.xml', 'export async function generateSitemaps() {}')).toBe(true)
})

test.each([
  ['page.tsx', '/'],
  ['icons/page.tsx', '/icons'],
  ['icon/page.tsx', '/icon'],
  ['blog/robots.txt', '/blog/robots.txt'],
  ['blog/favicon.ico', '/blog/favicon.ico'],
  ['icon.md', '/icon'],
  ['icon.test.tsx', '/icon'],
  ['opengraph-image.alt.txt', '/opengraph-image.alt.txt'],
  ['_parts/icon.png', '/_parts/icon.png'],
  ['feed/(..)photo/icon.png', '/feed/photo/icon.png'],
  ['photo.png', '/photo.png'],
])('%s makes no %s public', (file, address) => {
  expect(serves(file, address)).toBe(false)
})
