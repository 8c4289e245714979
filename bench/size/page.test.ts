import { expect, it } from 'vitest'
import { read } from '../../scripts/docs/modules.ts'
import { FEATURES, featureBytes } from './features.mjs'
import { offThePage, PARTS, partsOf } from './measures.mjs'
import { SIZES_PAGE, sizesPage } from './page.ts'

it('the page of sizes and versions is what `npm run docs:api` makes', () => {
  expect(read(SIZES_PAGE), `${SIZES_PAGE}: run npm run docs:api`).toBe(sizesPage())
})

it('the size check tells of each part that the page is off by more than 2 %, and of no other', () => {
  const written = { gateway: 1000, apiBackend: 1000, react: 1000 }
  expect(offThePage({ gateway: 1020, react: 979, client: 5 }, { ...written, client: 5 })).toEqual([
    'docs/sizes.md says 1000 bytes of `evergate/react` in a browser, without React, and it has 979: npm run size -- --write',
  ])
  expect(offThePage({ gateway: 1021 }, written)).toHaveLength(1)
  expect(offThePage({ gateway: 5 }, {})).toHaveLength(1)
})

it('parts of the gateway have limits of their own, and the page tells them', () => {
  const [part] = FEATURES
  if (!part) throw new Error('no part of the gateway is measured')
  expect(partsOf({ gateway: 5, features: { [part.name]: 7 } })).toEqual([
    { name: part.name, bytes: 7, limit: part.limit },
    { name: PARTS[0]?.name, bytes: 5, limit: PARTS[0]?.limit },
  ])
  expect(offThePage({ features: { [part.name]: 70 } }, { features: { [part.name]: 50 } })).toEqual([
    expect.stringContaining(`docs/sizes.md says 50 bytes of ${part.name}, and it has 70`),
  ])
  expect(read(SIZES_PAGE)).toContain(`| ${part.name} | `)
})

it('every module of the default gateway belongs to a part', async () => {
  const bytes = await featureBytes()
  expect(Object.keys(bytes)).toEqual(FEATURES.map(({ name }) => name))
  for (const { name, limit } of FEATURES) {
    expect(bytes[name], name).toBeGreaterThan(100)
    expect(bytes[name], name).toBeLessThanOrEqual(limit)
  }
})
