import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect } from 'vitest'
import type { Place } from './app.ts'
import type { Person } from './visit.ts'
import { newVisitor } from './visitor.ts'

/** Dynamic routes as a page asks for them. */
const FILLED: Readonly<Record<string, string>> = {
  '/posts/[slug]/icon.png': '/posts/-/icon.png',
  '/posts/[slug]/twitter-image/[__metadata_id__]': '/posts/first/twitter-image/large',
}

/** Metadata files, as the build has them. */
function metadataPaths(app: string): string[] {
  const manifest: Record<string, string> = JSON.parse(
    readFileSync(join(app, '.next/app-path-routes-manifest.json'), 'utf8'),
  )
  return Object.entries(manifest)
    .filter(([file]) => file.endsWith('/route'))
    .map(([, path]) => FILLED[path] ?? path)
}

/** Looks at the pages of `fixtures/more` as a visitor and as somebody who is signed in. */
export async function expectAssets(app: string, place: Place, person: Person): Promise<void> {
  const paths = metadataPaths(app)
  expect(paths.length).toBeGreaterThan(8)
  for (const who of [undefined, person]) {
    const { page, context } = await newVisitor(place, who)
    const failed: string[] = []
    const loaded: string[] = []
    page.on('response', (response) => {
      const { pathname, search } = new URL(response.url())
      if (response.status() >= 400) failed.push(pathname + search)
      else loaded.push(pathname)
    })
    await page.goto('/gallery', { waitUntil: 'networkidle' })
    const seen = who ? ['imported', 'public', 'private', 'file'] : ['imported', 'public', 'file']
    expect(await widths(page)).toEqual(
      Object.fromEntries(
        ['imported', 'public', 'private', 'file'].map((alt) => [alt, seen.includes(alt) ? 64 : 0]),
      ),
    )
    expect(failed.filter((path) => !path.includes('private'))).toEqual([])
    expect(failed).toHaveLength(who ? 0 : 1)
    expect(
      await page.evaluate(() => document.fonts.ready.then((fonts) => [...fonts].map(({ status }) => status))),
    ).toContain('loaded')
    expect(loaded.filter((path) => path.endsWith('.woff2'))).toHaveLength(1)

    const linked = [
      ...(await links(page, '/gallery')),
      ...(await links(page, '/about')),
      ...(await links(page, '/posts/first')),
    ]
    expect(linked.length).toBeGreaterThan(6)
    for (const path of new Set([...paths, ...linked, '/photos/sea%20side.png', '/file.svg']))
      expect([path, await ask(page, path)]).toEqual([path, { status: 200, decodes: true, stored: true }])
    expect(await ask(page, '/private/plan.png')).toMatchObject({ status: who ? 200 : 401, stored: false })
    await context.close()
  }
}

/** The real width of each image; 0 for one that is broken. */
const widths = (page: Page) =>
  page.evaluate(async () => {
    const images = [...document.querySelectorAll('img')]
    await Promise.all(images.map((image) => image.decode().catch(() => {})))
    return Object.fromEntries(images.map(({ alt, naturalWidth }) => [alt, naturalWidth]))
  })

/** Files that a page's head names: icons, manifest, images for links. */
async function links(page: Page, path: string): Promise<string[]> {
  await page.goto(path)
  return page.evaluate(() => {
    const hrefs = [
      ...document.querySelectorAll<HTMLLinkElement>(
        'link[rel~="icon"], link[rel^="apple"], link[rel="manifest"]',
      ),
    ]
    const images = [
      ...document.querySelectorAll<HTMLMetaElement>('meta[property="og:image"], meta[name="twitter:image"]'),
    ]
    return [...hrefs.map(({ href }) => href), ...images.map(({ content }) => content)].map((address) => {
      const { pathname, search } = new URL(address)
      return pathname + search
    })
  })
}

/** As the page itself asks; an image is decoded. */
const ask = (page: Page, path: string) =>
  page.evaluate(async (path) => {
    const answer = await fetch(path)
    const type = answer.headers.get('content-type') ?? ''
    const image = new Image()
    image.src = URL.createObjectURL(await answer.blob())
    const decodes = type.startsWith('image/')
      ? await image.decode().then(
          () => image.naturalWidth > 0,
          () => false,
        )
      : answer.ok
    const stored = !(answer.headers.get('cache-control') ?? '').includes('no-store')
    return { status: answer.status, decodes, stored }
  }, path)
