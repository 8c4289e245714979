import type { Visitor } from '../cast.ts'
import type { DeviceBrowser, DeviceCounts, Look } from './browser.ts'
import { browserWith, looking, withDevice } from './browser.ts'

/** Somebody whose browser keeps device keys. */
export type BoundVisitor = Visitor & { readonly browser: DeviceBrowser; readonly look: Look }

const PASSWORD = 'a password of the storm'
const AGENT = 'Mozilla/5.0 (the storm) Chrome/156'

/** Registers somebody at an auth server, who is then signed in over https. The session is bound when the storm has begun. */
export async function newBoundVisitor(
  name: string,
  authUrl: string,
  gatewayUrl: string,
  counts: DeviceCounts,
): Promise<BoundVisitor> {
  const email = `${name}@storm.example`
  const look = { agent: AGENT, address: '203.0.113.7' }
  const answer = await fetch(`${authUrl}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...looking(look) },
    body: JSON.stringify({ email, password: PASSWORD, name }),
  })
  if (answer.status !== 201) throw new Error(`registering answered ${answer.status}: ${await answer.text()}`)
  const { refreshToken } = (await answer.json()) as { refreshToken: string }
  let server = gatewayUrl
  const plain = await browserWith({ '__Host-refreshToken': refreshToken }, () => server)
  const greeting = await plain.tab().api('/api/session', { headers: looking(look) })
  if (greeting.status !== 200) throw new Error(`the first renewal answered ${greeting.status}`)
  const browser = withDevice(plain, look, counts)
  return {
    email,
    look,
    browser,
    send(url) {
      server = url
    },
    refreshToken: () => browser.cookies()['__Host-refreshToken'],
    isSettled: browser.isBound,
    isLost: false,
  }
}
