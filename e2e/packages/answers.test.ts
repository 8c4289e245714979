import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { freePort } from '../../scripts/testing/free-port.ts'
import { installPackages as installBackends, startReal } from '../backends/support/real.ts'
import { CLIENT_SECRET, newKey, startProvider } from '../oauth2/provider.ts'
import { createVisitor } from '../oauth2/visitor.ts'
import { followApi, followProvider, replaceIn, setVariables } from './support/answers.ts'
import { build, followReadme, runTool, start, startNext } from './support/app.ts'
import { installPackages, makeApp, overlay } from './support/made.ts'
import { linesOfAnswer, readInstall } from './support/readme.ts'
import { expectNoProblems, expectRenewal, register, signIn } from './support/visit.ts'

const { folder, tarballs, registry } = inject('packed')
const CHOICES = ['--ts', '--no-eslint', '--no-tailwind', '--no-src-dir', '--empty', '--no-agents-md']
const ANNA = { email: 'anna@example.com', password: 'anna-password-123' }

// With `npm test -- --all`: apps to make, to install and to build.
describe.skipIf(!registry || !process.env.EVERGATE_ALL)(
  'from nothing to a renewed page by the README’s words, with create-next-app of today',
  () => {
    const app = join(folder, 'answered')
    const opened: (() => unknown)[] = []
    const open = <T extends { stop(): Promise<unknown> }>(running: T): T => {
      opened.push(() => running.stop())
      return running
    }
    let began = 0
    beforeAll(() => {
      const problem = installBackends()
      if (problem) throw new Error(problem)
    })
    beforeEach(() => {
      began = performance.now()
    })
    afterEach(async () => {
      for (const stop of opened.splice(0).reverse()) await stop()
    })

    async function newApp(path: string): Promise<void> {
      await makeApp(path, 'latest', CHOICES)
      overlay(path, 'before')
      await installPackages(path, tarballs)
    }

    const tell = (answer: string, lines: number) => {
      const minutes = ((performance.now() - began) / 60_000).toFixed(1)
      console.info(
        `${answer}: ${minutes} minutes of machine time, ${lines} lines, ${readInstall().decisions} decisions`,
      )
    }

    it('nobody yet: this auth server', async () => {
      await newApp(app)
      await followReadme(app)
      await build(app)
      const place = open(await start(app, 'start', '/'))
      await expectRenewal(place, await signIn(place, await register(place, 'Ann')), '/dashboard', 'Hello Ann')
      expectNoProblems(place)
      tell('Nobody yet', readInstall().lines)
    })

    it('an API, with a preset: NestJS', async () => {
      const [api, path, port] = [open(await startReal('nest')), `${app}-api`, await freePort()]
      await newApp(path)
      // Its tokens tell no name.
      replaceIn(path, 'app/dashboard/page.tsx', 'user.name', 'user.id')
      followApi(path, api.url)
      await build(path)
      const place = { app: open(await startNext(path, 'start', port, '/')) }
      await expectRenewal(place, await signIn(place, ANNA), '/dashboard', 'Hello 42')
      expectNoProblems(place)
      tell('Your API', linesOfAnswer('Your API'))
    })

    async function provided(port: number) {
      const url = `http://localhost:${port}`
      const provider = await startProvider(url, await newKey('of-the-app'))
      opened.push(provider.close)
      return { issuer: provider.issuer, clientId: 'basic', secret: CLIENT_SECRET, url }
    }

    /** Signs in at the provider, loses the access token as browsers do at its end, and sees a page. */
    async function expectRenewalByProvider(url: string): Promise<void> {
      const visitor = createVisitor()
      expect((await visitor.signIn(url)).body.replaceAll('<!-- -->', '')).toContain('Hello Name of ann')
      const before = await visitor.cookies(url)
      await visitor.dropAccessToken(url)
      const page = await visitor.visit(`${url}/dashboard`)
      expect([page.status, page.headers.get('x-session')]).toEqual([200, 'renewed'])
      expect(page.body.replaceAll('<!-- -->', '')).toContain('Hello Name of ann')
      expect((await visitor.cookies(url)).refreshToken).not.toBe(before.refreshToken)
    }

    it('an OpenID provider', async () => {
      const [path, port] = [`${app}-provider`, await freePort()]
      const registered = await provided(port)
      await newApp(path)
      followProvider(path, registered)
      await build(path)
      const place = { app: open(await startNext(path, 'start', port, '/login')) }
      await expectRenewalByProvider(registered.url)
      expectNoProblems(place)
      tell('An OpenID provider', linesOfAnswer('An OpenID provider'))
    })

    describe('by `npx evergate init`, no line written', () => {
      it('an API', async () => {
        const [api, port] = [open(await startReal('nest')), await freePort()]
        await makeApp(app, 'latest', CHOICES)
        await installPackages(app, tarballs)
        const said = await runTool(
          app,
          '.bin/evergate',
          'init',
          '--yes',
          '--backend',
          'nest',
          '--remote-api',
          api.url,
        )
        expect(said).toContain('Written;')
        await build(app)
        const place = { app: open(await startNext(app, 'start', port, '/login')) }
        // React puts the form's hidden field in its place, which takes a browser's script.
        const session = await signIn(place, ANNA, { returnTo: '/dashboard' })
        await expectRenewal(place, session, '/dashboard', 'Hello 42')
        expectNoProblems(place)
      })

      it('an OpenID provider', async () => {
        const port = await freePort()
        const { issuer, clientId, secret, url } = await provided(port)
        await makeApp(app, 'latest', CHOICES)
        await installPackages(app, tarballs)
        const said = await runTool(app, '.bin/evergate', 'init', '--yes', '--backend', 'openid')
        expect(said).toContain('Set OPENID_ISSUER, CLIENT_ID, CLIENT_SECRET and SIGN_IN_URL')
        setVariables(app, {
          OPENID_ISSUER: issuer,
          CLIENT_ID: clientId,
          CLIENT_SECRET: secret,
          SIGN_IN_URL: `${url}/auth`,
        })
        await build(app)
        const place = { app: open(await startNext(app, 'start', port, '/login')) }
        const visitor = createVisitor()
        await visitor.signIn(url, '/')
        await visitor.dropAccessToken(url)
        const page = await visitor.visit(url)
        expect([page.status, page.headers.get('x-session')]).toEqual([200, 'renewed'])
        expectNoProblems(place)
      })
    })
  },
)
