import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserAnswer, BrowserRequest, Tab } from 'evergate/testing'
import { openBrowser } from 'evergate/testing'
import { challengeToRegister, challengeToRenew, deviceKey } from '../../support/device-key.ts'
import { LIMITS } from '../limits.ts'

/** Where browsers find the app: TLS ends at a load balancer. */
const ORIGIN = 'https://storm.example'
const REFRESH = '/session/device/refresh'
const REFRESH_TOKEN = '__Host-refreshToken'
const TIMER = '__Host-device'

export type Cookies = Readonly<Record<string, string>>

/** A browser's name and network, by which auth servers tell clients apart. */
export type Look = { readonly agent: string; readonly address: string }

/** Headers of everything that a browser with this look sends, and of the load balancer. */
export const looking = ({ agent, address }: Look) => ({
  'user-agent': agent,
  'x-forwarded-for': address,
  'x-forwarded-proto': 'https',
})

/** A browser over https whose first cookies are given. */
export async function browserWith(cookies: Cookies, resolve: () => string): Promise<Browser> {
  const values = Object.entries(cookies).map(([name, value]) => `${name}=${value}; Path=/; Secure`)
  const giver = createServer((_request, response) => response.setHeader('set-cookie', values).end())
  await new Promise<void>((listening) => giver.listen(0, '127.0.0.1', listening))
  let server = `http://127.0.0.1:${(giver.address() as AddressInfo).port}`
  const browser = openBrowser({ origin: ORIGIN, resolve: () => server || resolve() })
  await browser.tab().api('/')
  server = ''
  giver.closeAllConnections()
  giver.close()
  return browser
}

/** Counts of what browsers with device keys did. */
export type DeviceCounts = {
  registrations: number
  refreshes: number
  challenged: number
  skipped: number
  bounced: number
}

/** A browser that keeps device keys, as Chromium does. */
export type DeviceBrowser = Browser & {
  /** Waits for a registration that is under way; then whether the session is bound. */
  isBound(): Promise<boolean>
  /** The name of the newest device session. */
  did(): string
  /** Resolves with the whole jar as it is just before the next registration. */
  readonly beforeBinding: Promise<Cookies>
}

/** A device session. A browser may have several for one cookie, and gives up each by itself. */
type Device = {
  readonly did: string
  readonly key: Awaited<ReturnType<typeof deviceKey>>
  challenge: string | undefined
}

/** Chromium renews below 120 seconds of the timer's life, while requests go on. This is the same for short lives. */
const PROACTIVE = 2
/** Chromium's own numbers. */
const DROPPED = 3
const ASKED = 4
/** Each so many-th page is one that a link of another site leads to: browsers do not renew before these. */
const LINKED = 5

/** Gives a browser a device key: it renews before requests and in the background, one renewal at a time for all of its tabs. */
export function withDevice(browser: Browser, look: Look, counts: DeviceCounts): DeviceBrowser {
  const devices = new Set<Device>()
  const newest = () => [...devices].at(-1)
  let registering: Promise<void> | undefined
  let refreshing: Promise<string | undefined> | undefined
  let dueAt = 0
  let opened = 0
  let tell: (jar: Cookies) => void
  const beforeBinding = new Promise<Cookies>((resolve) => {
    tell = resolve
  })

  const post = async (
    path: string,
    headers: Record<string, string>,
  ): Promise<BrowserAnswer | 'late' | 'dropped'> =>
    browser
      .tab()
      .api(path, {
        method: 'POST',
        headers: { ...looking(look), ...headers },
        signal: AbortSignal.timeout(LIMITS.patience * 1000),
      })
      .catch((error) => (error instanceof Error && error.name === 'AbortError' ? 'late' : 'dropped'))

  const renewed = () => {
    dueAt = Date.now() + (LIMITS.life - LIMITS.renewBefore - PROACTIVE) * 1000
  }

  async function register(path: string, offered: string): Promise<void> {
    const key = await deviceKey()
    tell(browser.cookies())
    const answer = await post(path, { 'secure-session-response': await key.register(offered) })
    if (typeof answer === 'string' || answer.status !== 200) return
    const challenge = challengeToRenew(answer.headers.get('secure-session-challenge'))
    devices.add({ did: JSON.parse(answer.body).session_identifier, key, challenge })
    counts.registrations += 1
  }

  /** Answers why there was no renewal, for `Secure-Session-Skipped`. */
  async function refresh(device: Device): Promise<string | undefined> {
    const { did, key } = device
    for (let [dropped, asked] = [0, 0]; dropped < DROPPED && asked < ASKED; ) {
      const proof = device.challenge && (await key.prove(device.challenge))
      const answer = await post(REFRESH, {
        'sec-secure-session-id': `"${did}"`,
        ...(proof && { 'secure-session-response': proof }),
      })
      if (answer === 'late') return 'unreachable'
      if (answer === 'dropped') {
        dropped += 1
        if (dropped === DROPPED) return 'unreachable'
        continue
      }
      const next = challengeToRenew(answer.headers.get('secure-session-challenge'))
      device.challenge = next ?? device.challenge
      if (answer.status >= 500) return 'server_error'
      if (answer.status === 403 && next) {
        asked += 1
        counts.challenged += 1
        continue
      }
      if (answer.status === 200) {
        counts.refreshes += 1
        renewed()
        return undefined
      }
      break
    }
    // Any 4xx ends the device session.
    devices.delete(device)
    return undefined
  }

  /** Each of them, for as long as there is no timer. */
  async function refreshAll(): Promise<string | undefined> {
    let skipped: string | undefined
    for (const device of devices) {
      skipped = await refresh(device)
      if (!skipped && browser.cookies()[TIMER] !== undefined) return undefined
    }
    return skipped
  }

  /** One at a time, for all tabs. */
  function share(): Promise<string | undefined> {
    refreshing ??= refreshAll().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  async function ready(): Promise<string | undefined> {
    if (devices.size === 0) return undefined
    if (browser.cookies()[TIMER] === undefined) return share()
    if (Date.now() > dueAt) void share()
    return undefined
  }

  function hear({ headers }: Pick<BrowserAnswer, 'headers'>): void {
    const offer = headers.get('secure-session-registration')
    const offered = challengeToRegister(offer)
    if (offered === undefined) return
    const [, path = ''] = /path="([^"]*)"/.exec(offer ?? '') ?? []
    registering ??= register(path, offered).finally(() => {
      registering = undefined
    })
  }

  const send =
    (kind: keyof Tab) =>
    async (path: string, request: BrowserRequest = {}): Promise<BrowserAnswer> => {
      if (kind === 'open') opened += 1
      const isLinked = kind === 'open' && opened % LINKED === 0
      const first = await sendOnce(kind, path, { ...request, ...(isLinked && { initiator: 'cross-site' }) })
      if (!asksAgain(first)) return first
      counts.bounced += 1
      // A page that asks for itself again does so as itself; `sessionFetch()` repeats, and so does the router.
      return sendOnce(kind, path, { ...request, initiator: 'same-origin' })
    }

  async function sendOnce(kind: keyof Tab, path: string, request: BrowserRequest): Promise<BrowserAnswer> {
    const skipped = request.initiator === 'cross-site' ? undefined : await ready()
    if (skipped) counts.skipped += 1
    const headers = {
      ...looking(look),
      ...(skipped && { 'secure-session-skipped': `${skipped};session_identifier="${newest()?.did}"` }),
      ...request.headers,
    }
    const answer = await browser.tab()[kind](path, { ...request, headers })
    for (const part of [...answer.hops, answer]) hear(part)
    return answer
  }

  return {
    ...browser,
    tab: () => ({
      open: send('open'),
      navigate: send('navigate'),
      prefetch: send('prefetch'),
      action: send('action'),
      api: send('api'),
    }),
    async isBound() {
      await registering
      return devices.size > 0 && browser.cookies()[REFRESH_TOKEN]?.startsWith('b1.') === true
    },
    did: () => newest()?.did ?? '',
    beforeBinding,
  }
}

/** Whether the gateway asks for the same request once more, behind a renewal. */
export const asksAgain = ({ status, headers, body }: BrowserAnswer): boolean =>
  headers.get('x-session') === 'degraded' &&
  (status === 401 || (status === 200 && body.includes('http-equiv="refresh"')))
