import type { Browser, Page } from '@playwright/test'
import { expect as plainExpect } from '@playwright/test'
import { BASE_PATH, below } from './base-path.ts'

type Method = (this: unknown, address: unknown, ...rest: unknown[]) => unknown

/** A path of the app, as tests write it. Whole addresses, patterns and predicates are meant as they are. */
const isPath = (address: unknown): address is string =>
  typeof address === 'string' && address.startsWith('/') && !address.startsWith('//')

const placed = (address: unknown) => (isPath(address) ? below(address) : address)

/** The methods that take a path of the app. */
const METHODS = {
  page: ['goto', 'route', 'waitForURL', 'waitForRequest', 'waitForResponse'],
  context: ['route'],
  // `get`, `post` and the others call this.
  request: ['fetch'],
}

/**
 * Lets tests go on writing `page.goto('/dashboard')` where the app stands below a path. Once in each worker: what is
 * changed are Playwright's classes, so that contexts of a test's own making know it too.
 */
export async function placeBelowBasePath(browser: Browser): Promise<void> {
  if (BASE_PATH === '') return
  const context = await browser.newContext()
  const objects = { page: await context.newPage(), context, request: context.request }
  for (const [name, methods] of Object.entries(METHODS)) {
    const prototype = Object.getPrototypeOf(objects[name as keyof typeof METHODS])
    for (const method of methods) {
      const plain: Method = prototype[method]
      prototype[method] = function (address: unknown, ...rest: unknown[]) {
        return plain.call(this, placed(address), ...rest)
      } satisfies Method
    }
  }
  await context.close()
}

type Address = Parameters<ReturnType<typeof plainExpect<Page>>['toHaveURL']>[0]

/** Playwright's `expect`, whose `toHaveURL()` means paths of the app, too. */
export const expect = BASE_PATH === '' ? plainExpect : plainExpect.extend({ toHaveURL })

async function toHaveURL(
  this: { isNot: boolean },
  page: Page,
  address: Address,
  options?: { timeout?: number },
) {
  const expectation = this.isNot ? plainExpect(page).not : plainExpect(page)
  const result = { pass: !this.isNot, message: () => '' }
  return expectation.toHaveURL(placed(address) as Address, options).then(
    () => result,
    (error: Error) => ({ pass: this.isNot, message: () => error.message }),
  )
}
