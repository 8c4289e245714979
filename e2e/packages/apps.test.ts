import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it, test } from 'vitest'
import { asDocument, setCookies } from '../support/client.ts'
import { hiddenFields } from '../support/forms.ts'
import { build, installInto, renameToProxy, start, typeProblems } from './support/app.ts'
import { entriesIn } from './support/entries.ts'
import { readInstall } from './support/readme.ts'

const { folder, tarballs, registry } = inject('packed')
const ENTRIES = tarballs.flatMap((tarball) => entriesIn(tarball))
const ANN = { email: 'ann@example.com', password: 'a-long-sentence-of-ann', name: 'Ann' }

test('the README says how many lines and decisions it takes: 10 lines at most', () => {
  const { lines, decisions, stated } = readInstall()
  expect(stated).toEqual({ lines, decisions })
  expect(lines).toBeLessThanOrEqual(10)
})

describe.skipIf(!registry).each([
  { next: '^16.4.6', react: '^19.3.1', files: ['middleware.ts', 'proxy.ts'] },
  { next: '~15.5.29', react: '19.0.0', files: ['middleware.ts'] },
])('an app with Next $next and React $react, after the README’s Install', ({ next, react, files }) => {
  const app = join(folder, `app-${next.replace(/\W/g, '')}`)
  beforeAll(() => installInto(app, { next, react }, tarballs))

  it.each(['bundler', 'node16'] as const)(
    'types hold for TypeScript with resolution %s',
    async (resolution) => {
      const problems = await typeProblems(app, ENTRIES, resolution)
      // The mistake that was made with each entry is all there is.
      expect(problems.map((line) => line.replace(/^entries\.ts\(\d+,\d+\): (error \w+):.*/, '$1'))).toEqual(
        ENTRIES.map(() => 'error TS2322'),
      )
    },
  )

  it.each(files)('%s: a session is renewed before its page renders', async (file) => {
    if (file === 'proxy.ts') renameToProxy(app)
    await build(app)
    const running = await start(app)
    try {
      const registered = await fetch(`${running.auth.url}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...ANN, email: `${file}@example.com` }),
      })
      expect(registered.status).toBe(201)

      const session = await signIn(running.app.url, `${file}@example.com`)
      expect([...session.keys()].sort()).toEqual(['accessToken', 'refreshToken', 'userDataEtls'])

      // A browser drops the access token when it ends, and sends the refresh token alone.
      const before = session.get('refreshToken')?.value
      const page = await fetch(`${running.app.url}/dashboard`, {
        headers: { ...asDocument, cookie: `refreshToken=${before}` },
      })
      expect([page.status, page.headers.get('x-session')]).toEqual([200, 'renewed'])
      expect(await page.text()).toContain('Ann')
      const renewed = setCookies(page)
      expect(renewed.get('refreshToken')?.value).not.toBe(before)
      expect(renewed.get('accessToken')?.header).toContain('HttpOnly')

      const active = await fetch(`${running.app.url}/dashboard`, {
        headers: { ...asDocument, cookie: `accessToken=${renewed.get('accessToken')?.value}` },
      })
      expect([active.status, active.headers.get('x-session')]).toEqual([200, 'active'])
    } finally {
      await running.stop()
    }
  })
})

/** As a browser without JavaScript: the page that asked for it sends to the form, and the form is posted. */
async function signIn(url: string, email: string) {
  const refused = await fetch(`${url}/dashboard`, { headers: asDocument, redirect: 'manual' })
  expect([refused.status, refused.headers.get('location')]).toEqual([303, '/login?returnTo=%2Fdashboard'])
  const login = await fetch(`${url}/login`, { headers: asDocument })
  const form = hiddenFields(await login.text(), 'email')
  form.set('email', email)
  form.set('password', ANN.password)
  const headers = { ...asDocument, 'sec-fetch-site': 'same-origin', origin: url }
  const answer = await fetch(`${url}/login`, { method: 'POST', headers, body: form, redirect: 'manual' })
  expect(answer.headers.get('location')).toMatch(/\/dashboard$/)
  return setCookies(answer)
}
