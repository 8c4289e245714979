import { expect, it } from 'vitest'
import { asApi, cookieHeader, expiredSession, signInAtAuthServer } from '../../support/client.ts'
import { exitOf, launch } from '../../support/processes.ts'
import { describeFramework } from '../support/cases.ts'

const tool = (path: string) => `../node_modules/${path}`

describeFramework({ name: 'hono', start: () => ['main.ts'] })
describeFramework(
  { name: 'sveltekit', build: [tool('vite/bin/vite.js'), 'build'], start: () => ['.out/index.js'] },
  (running) => {
    const ask = async (path: string, cookie: string, init: RequestInit = {}) => {
      const headers = { ...asApi, ...(init.headers as object), cookie }
      const answer = await fetch(running().url + path, { redirect: 'manual', ...init, headers })
      return { status: answer.status, outcome: answer.headers.get('x-session'), text: await answer.text() }
    }

    it('judges the data of a page as the page, and leads the router to the sign-in page', async () => {
      const refused = await ask('/page/__data.json', '')
      expect(JSON.parse(refused.text)).toMatchObject({
        type: 'redirect',
        location: '/login?returnTo=%2Fpage',
      })
      const session = await expiredSession(running())
      const given = await ask('/page/__data.json', cookieHeader(session))
      expect(given).toMatchObject({ status: 200, outcome: 'renewed', text: expect.stringContaining('Demo') })
      // No token leaves with what `load` returns.
      expect(given.text).not.toMatch(/eyJ/)
      const cookie = cookieHeader(await signInAtAuthServer(running()))
      expect((await ask('/admin/__data.json', cookie)).status).toBe(403)
      expect((await ask('/admin', cookie)).status).toBe(403)
    })

    it('leads a form that was sent by script to the sign-in page', async () => {
      const headers = { 'x-sveltekit-action': 'true', referer: `${running().url}/page` }
      const { text } = await ask('/page', '', { method: 'POST', body: new URLSearchParams(), headers })
      expect(JSON.parse(text)).toMatchObject({
        type: 'redirect',
        status: 303,
        location: '/login?returnTo=%2Fpage',
      })
    })
  },
)
describeFramework({
  name: 'astro',
  build: [tool('astro/bin/astro.mjs'), 'build'],
  start: () => ['.out/server/entry.mjs'],
})

it('fits the types that the frameworks have', async () => {
  const { child, output } = launch(
    ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'e2e/frameworks'],
    {},
  )
  expect([await exitOf(child), output()]).toEqual([0, ''])
}, 120_000)
