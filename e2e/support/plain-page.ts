import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { rolldown } from 'rolldown'
import { below } from './base-path.ts'

let bundled: Promise<string> | undefined

/** `evergate/client` as one script for a page that has no build of its own. */
async function clientScript(): Promise<string> {
  const input = fileURLToPath(import.meta.resolve('evergate/client'))
  const bundle = await rolldown({ input, platform: 'browser' })
  const { output } = await bundle.generate({ format: 'iife', name: 'evergate', minify: true })
  return output[0].code
}

/** The session as a page of plain HTML sees it. `ends` and `warnings` hold the arguments of its callbacks. */
export type PlainPage = {
  session: {
    getState(): { status: string; user: { id: string } | null }
    fetch: typeof fetch
  }
  ends: string[]
  warnings: number[]
}

/** Opens a page of the app's origin that is nothing but HTML and `evergate/client`; its session is `window.plain`. */
export async function openPlainPage(page: Page, options: object = {}): Promise<void> {
  bundled ??= clientScript()
  const urls = { sessionUrl: below('/api/session'), renewUrl: below('/api/refreshresttokens') }
  const script = `${await bundled}
    const plain = { ends: [], warnings: [] }
    plain.session = evergate.createSessionClient({
      ...${JSON.stringify({ ...urls, ...options })},
      onSessionEnd: (reason) => plain.ends.push(reason),
      onSessionEnding: (secondsLeft) => plain.warnings.push(secondsLeft),
    })
    const show = () => {
      const { status, user } = plain.session.getState()
      document.querySelector('output').textContent = user ? status + ' as ' + user.email : status
    }
    plain.session.subscribe(show)
    plain.session.start()
    show()
    window.plain = plain`
  const body = `<!doctype html><title>Plain</title><output></output><script>${script}</script>`
  await page.route('/plain.html', (route) => route.fulfill({ contentType: 'text/html', body }))
  await page.goto('/plain.html')
}
