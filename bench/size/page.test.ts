import { expect, it } from 'vitest'
import { read } from '../../scripts/docs/modules.ts'
import { SIZES_PAGE, sizesPage } from './page.ts'

it('the page of sizes and versions is what `npm run docs:api` makes', () => {
  expect(read(SIZES_PAGE), `${SIZES_PAGE}: run npm run docs:api`).toBe(sizesPage())
})
