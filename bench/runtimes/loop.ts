import { createSessionGateway } from '../../lib/gateway/index.ts'
import { CLICK } from '../lib/click.ts'

export const SECRET = 'benchmark-benchmark-benchmark-access'

const gateway = createSessionGateway({ remoteApi: 'http://localhost:3001', keys: { secret: SECRET } })

/**
 * Makes so many requests with the same session, one after the other. `gateway` decides on each, `empty` makes it alone.
 *
 * @throws where the gateway does not let one pass
 */
export type Loop = (what: 'gateway' | 'empty', count: number, cookie: string) => Promise<void>

export const loop: Loop = async (what, count, cookie) => {
  for (let done = 0; done < count; done += 1) {
    const request = new Request('http://localhost:3000/dashboard', { headers: { ...CLICK, cookie } })
    if (what === 'empty') continue
    const { outcome } = await gateway.handle(request)
    if (outcome !== 'active') throw new Error(`the gateway answered ${outcome}`)
  }
}
