import { createSessionGateway } from '../../lib/gateway/index.ts'

export const SECRET = 'benchmark-benchmark-benchmark-access'
/** The headers of a click on a link, behind a server that adds its own. */
const HEADERS = {
  host: 'localhost:3000',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en-GB,en;q=0.9',
  'accept-encoding': 'gzip, deflate, br',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
  'upgrade-insecure-requests': '1',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-host': 'localhost:3000',
  'x-forwarded-proto': 'http',
}

const gateway = createSessionGateway({ remoteApi: 'http://localhost:3001', keys: { secret: SECRET } })

/**
 * Makes so many requests with the same session, one after the other. `gateway` decides on each, `empty` makes it alone.
 *
 * @throws where the gateway does not let one pass
 */
export type Loop = (what: 'gateway' | 'empty', count: number, cookie: string) => Promise<void>

export const loop: Loop = async (what, count, cookie) => {
  for (let done = 0; done < count; done += 1) {
    const request = new Request('http://localhost:3000/dashboard', { headers: { ...HEADERS, cookie } })
    if (what === 'empty') continue
    const { outcome } = await gateway.handle(request)
    if (outcome !== 'active') throw new Error(`the gateway answered ${outcome}`)
  }
}
