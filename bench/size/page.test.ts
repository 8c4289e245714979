import { expect, it } from 'vitest'
import { read } from '../../scripts/docs/modules.ts'
import { offThePage } from './measures.mjs'
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
