import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, inject, it, test } from 'vitest'
import { asDocument } from '../support/client.ts'
import type { Place } from './support/app.ts'
import {
  addRules,
  build,
  followReadme,
  mountInspector,
  renameToProxy,
  runTool,
  start,
  typeProblems,
} from './support/app.ts'
import { expectAssets } from './support/assets.ts'
import { addTargets, attacksHold } from './support/attacks.ts'
import { entriesIn } from './support/entries.ts'
import { followBrowserPage, installPackages, makeApp, overlay } from './support/made.ts'
import { readInstall } from './support/readme.ts'
import { expectNoMixing } from './support/shared.ts'
import type { Person, Session } from './support/visit.ts'
import { expectNoProblems, expectRenewal, register, signIn } from './support/visit.ts'
import { closeBrowser, newVisitor } from './support/visitor.ts'

const { folder, tarballs, registry } = inject('packed')
const ENTRIES = tarballs.flatMap((tarball) => entriesIn(tarball))
/** The packages of an app whose types are checked whole. */
const TYPES = { '@playwright/test': '^1.65.1', '@types/express': '^5.0.6' }

test('the README says how many lines and decisions it takes: 10 lines at most', () => {
  const { lines, decisions, stated } = readInstall()
  expect(stated).toEqual({ lines, decisions })
  expect(lines).toBeLessThanOrEqual(10)
})

async function expectTypes(app: string) {
  const ways = ['bundler', 'node16'] as const
  const found = await Promise.all(ways.map((resolution) => typeProblems(app, ENTRIES, resolution)))
  // The mistake that was made with each entry is all there is.
  for (const problems of found)
    expect(
      problems.map((line) => line.replace(/^entries-\w+\.mts\(\d+,\d+\): (error \w+):.*/, '$1')),
    ).toEqual(ENTRIES.map(() => 'error TS2322'))
}

describe.skipIf(!registry)('an app that create-next-app makes today', () => {
  const app = join(folder, 'app')
  afterAll(closeBrowser)

  describe('TypeScript, ESLint, Tailwind, Turbopack, no src/: after the README’s Install', () => {
    beforeAll(async () => {
      await makeApp(app, 'latest', ['--ts', '--eslint', '--tailwind', '--no-src-dir', '--no-agents-md'])
      overlay(app, 'before')
      await installPackages(app, tarballs, TYPES)
      await followReadme(app)
    })

    it('types hold for a bundler and for Node', () => expectTypes(app))

    describe('production', () => {
      let place: Place
      let ann: Session
      beforeAll(async () => {
        overlay(app, 'more')
        addRules(app)
        mountInspector(app)
        await build(app)
        place = await start(app, 'start', '/')
        ann = await signIn(place, await register(place, 'Ann'))
      })
      afterAll(() => place?.stop())

      it('its own ESLint and TypeScript have nothing to say', async () => {
        expect(await runTool(app, 'eslint/bin/eslint.js', '--max-warnings', '0')).toBe('')
        expect(await runTool(app, 'typescript/bin/tsc', '--noEmit')).toBe('')
      })

      it('a session is renewed before its page renders', async () => {
        expect([...ann.keys()].sort()).toEqual(['accessToken', 'knownDevice', 'refreshToken', 'userDataEtls'])
        await expectRenewal(place, ann, '/dashboard', 'Hello Ann')
      })

      it('next.js #86670: what is prerendered holds nobody’s data, behind a cache that all share', async () => {
        const bob = await signIn(place, await register(place, 'Bob'))
        await expectNoMixing(place, { Ann: ann, Bob: bob })
      })

      it('next.js #82610, #82875: a page has one of each asset, signed in and not', async () => {
        await expectAssets(app, place, await register(place, 'Cleo'))
      })

      it('prefetches renew once, and hold nobody’s data', async () => {
        const visitor = await newVisitor(place, await register(place, 'Dora'))
        const { page, context } = visitor
        await page.goto('/dashboard', { waitUntil: 'networkidle' })
        await page.goto('/about')
        await context.clearCookies({ name: 'accessToken' })
        const before = (await context.cookies()).find(({ name }) => name === 'refreshToken')?.value
        place.line.forget()
        const prefetched: string[] = []
        page.on('response', async (response) => {
          if (!('next-router-prefetch' in response.request().headers())) return
          prefetched.push(await response.text().catch(() => ''))
        })
        await page.goto('/links', { waitUntil: 'networkidle' })
        expect(prefetched.length).toBeGreaterThan(1)
        expect(prefetched.join()).not.toContain('Dora')
        expect(place.line.calls('/refreshtoken')).toHaveLength(1)
        await page.getByRole('link', { name: 'Account' }).click()
        await page.getByRole('heading', { name: 'Signed in as Dora' }).waitFor()
        expect(place.line.calls('/refreshtoken')).toHaveLength(1)
        expect((await context.cookies()).find(({ name }) => name === 'refreshToken')?.value).not.toBe(before)
        await context.close()
      })

      it('the inspector is a page with styles of its own, by one option and one file', async () => {
        const { page, context } = await newVisitor(place, await register(place, 'Ines'))
        await page.setViewportSize({ width: 360, height: 800 })
        await page.goto('/inspector')
        await page.getByTestId('connection').getByText('Live').waitFor()
        const drawn = await page.getByRole('main').evaluate((main) => {
          const { maxWidth, backgroundColor } = getComputedStyle(main)
          const { scrollWidth, clientWidth } = document.documentElement
          return { maxWidth, backgroundColor, scrollsSideways: scrollWidth > clientWidth }
        })
        expect(drawn).toEqual({
          maxWidth: '1024px',
          backgroundColor: 'rgb(251, 252, 250)',
          scrollsSideways: false,
        })
        const { violations } = await new AxeBuilder({ page }).include('main').analyze()
        expect(violations.map(({ id }) => id)).toEqual([])
        await context.close()
      })

      it('nothing of it is told as a problem', () => expectNoProblems(place))
    })

    describe('next dev', () => {
      let place: Place
      beforeAll(async () => {
        place = await start(app, 'dev', '/file.svg')
      })
      afterAll(() => place?.stop())

      it('works, and Next has nothing to say', async () => {
        const { page, context } = await newVisitor(place, await register(place, 'Eve'))
        await page.getByRole('heading', { name: 'Hello Eve' }).waitFor()
        await page.getByRole('link', { name: 'Account' }).click()
        await page.getByRole('heading', { name: 'Signed in as Eve' }).waitFor()
        await context.close()
        expectNoProblems(place)
      })

      it('files that were added since are there', async () => {
        writeFileSync(join(app, 'public/new.svg'), readFileSync(join(app, 'public/file.svg')))
        const status = () => fetch(`${place.app.url}/new.svg`).then((answer) => answer.status)
        await expect.poll(status, { timeout: 20_000 }).toBe(200)
      })

      it('a session that is asked for inside a cached function is an error that says what to do', async () => {
        mkdirSync(join(app, 'app/cached'))
        writeFileSync(join(app, 'app/cached/page.tsx'), CACHED)
        await expect
          .poll(
            async () => {
              await (await fetch(`${place.app.url}/cached`, { headers: asDocument })).text()
              return place.app.output()
            },
            { timeout: 20_000, interval: 1000 },
          )
          .toContain('GatewayError]: The session was asked for inside a cached function')
      })
    })
  })

  // With `npm test -- --all`: a second app to install and build.
  describe.runIf(process.env.EVERGATE_ALL)(
    'src/, no ESLint, no Tailwind: after the README’s Install with proxy.ts, and docs/browser.md',
    () => {
      beforeAll(async () => {
        await makeApp(app, 'latest', [
          '--ts',
          '--no-eslint',
          '--no-tailwind',
          '--src-dir',
          '--empty',
          '--no-agents-md',
        ])
        overlay(app, 'before')
        await followReadme(app)
        renameToProxy(app)
        overlay(app, 'session')
        followBrowserPage(app)
        addRules(app)
      })

      it('next start', async () => {
        await build(app)
        const place = await start(app, 'start', '/')
        try {
          const fred = await register(place, 'Fred')
          await expectRenewal(place, await signIn(place, fred), '/dashboard', 'Hello Fred')
          await expectSessionInBrowser(place, fred)
          expectNoProblems(place)
        } finally {
          await place.stop()
        }
      })
    },
  )

  // Another one to install.
  describe.runIf(process.env.EVERGATE_ALL)('JavaScript: after `npx evergate init`', () => {
    it('next dev', async () => {
      await makeApp(app, 'latest', [
        '--js',
        '--no-eslint',
        '--no-tailwind',
        '--no-src-dir',
        '--empty',
        '--no-agents-md',
      ])
      const said = await runTool(app, '.bin/evergate', 'init', '--yes', '--backend', 'auth-server')
      expect(said).toMatch(/^Written; .*\n {2}npx evergate-auth-server/m)
      const place = await start(app, 'dev', '/login')
      try {
        const { page, context } = await newVisitor(place, await register(place, 'Gina'))
        await page.getByRole('heading', { name: 'Hello Gina' }).waitFor()
        await page.getByRole('button', { name: 'Sign out' }).click()
        await page.waitForURL('/login')
        await context.close()
        expectNoProblems(place)
      } finally {
        await place.stop()
      }
    })
  })
})

// With `npm test -- --all`: it is an app of its own to install and build.
describe.skipIf(!registry || !process.env.EVERGATE_ALL)(
  'an app that create-next-app of Next 15 makes, after the README’s Install',
  () => {
    const app = join(folder, 'app-15')
    let place: Place
    let hana: Session
    beforeAll(async () => {
      await makeApp(app, '15', [
        '--ts',
        '--no-eslint',
        '--no-tailwind',
        '--no-src-dir',
        '--empty',
        '--turbopack',
      ])
      overlay(app, 'before')
      await installPackages(app, tarballs)
      await followReadme(app)
      addTargets(app)
      await build(app)
      place = await start(app, 'start', '/')
      hana = await signIn(place, await register(place, 'Hana'))
    })
    afterAll(() => place?.stop())

    attacksHold(
      () => place,
      () => hana,
    )

    it('a session is renewed before its page renders', async () => {
      const session = await signIn(place, await register(place, 'Ida'))
      await expectRenewal(place, session, '/dashboard', 'Hello Ida')
    })
  },
)

/** The person who is signed in, as the browser knows it: nothing is asked, because the layout has said so. */
async function expectSessionInBrowser(place: Place, person: Person): Promise<void> {
  for (const who of [undefined, person]) {
    const { page, context } = await newVisitor(place, who)
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto('/session')
    await page.getByText(who ? 'signed-in' : 'signed-out').waitFor()
    await (who
      ? page.getByRole('button', { name: 'Save' })
      : page.getByRole('link', { name: 'Sign in' })
    ).waitFor()
    expect(asked).not.toContain('/api/session')
    await context.close()
  }
}

/** A page that a visitor is never to get: it would answer everybody alike. */
const CACHED = `import { getSession } from 'evergate/next'

async function who() {
  'use cache'
  return (await getSession())?.user.id ?? 'nobody'
}

export default async function Cached() {
  return <p>{await who()}</p>
}
`
