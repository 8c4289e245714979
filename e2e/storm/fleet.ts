import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { FaultProxy } from 'evergate/testing'
import { openFaultProxy, seededFaults } from 'evergate/testing'
import { decodeJwt, SignJWT } from 'jose'
import type { Running } from '../support/processes.ts'
import { runAuthServer, startApp, startAuthServer } from '../support/processes.ts'
import { LIMITS } from './limits.ts'
import type { StormOptions } from './options.ts'
import type { Kill } from './plan.ts'
import { BACK_FAULTS, FRONT_FAULTS, seedFor } from './plan.ts'

type Member = { process: Running; readonly port: number; isUp: boolean }
type Gateway = Member & { readonly front: FaultProxy; readonly back: FaultProxy }

/** Gateways and auth servers as processes, each gateway between two fault proxies. */
export type Fleet = {
  /** Where browsers find a gateway; another one than they were to have when that is down. */
  gatewayUrl(preferred: number): string
  /** An auth server, past all faults. */
  authUrl(preferred: number): string
  /** From now on counts, and does what it can to be in the way unless it is told not to. */
  begin(faults: 'on' | 'off'): void
  /** From now on everything passes. */
  calm(): void
  /** Kills a process without warning, and has it back after a while. */
  kill(kill: Kill): Promise<void>
  /** How many gateways there are, and where browsers find each. */
  readonly gateways: number
  frontOf(gateway: number): string
  /** The same access token with two minutes to live. */
  longLived(accessToken: string): Promise<string>
  refreshCalls(): number
  faults(): {
    readonly front: Readonly<Record<string, number>>
    readonly back: Readonly<Record<string, number>>
  }
  /** Everything that the auth servers have logged, of those that were killed too. */
  authLog(): string
  stop(): Promise<void>
}

const secret = () => randomBytes(32).toString('base64url')

function environment(storeUrl: string, { revocation, bound }: StormOptions): Record<string, string> {
  return {
    ...(revocation === 'on' && { FEED_SECRET: secret() }),
    ...(bound && { DEVICE_BINDING: 'prefer', DEVICE_LEAST_LIFE: String(LIMITS.life), TRUST_PROXY: '1' }),
    NODE_ENV: 'production',
    STORE_URL: storeUrl,
    ETLS_ACCESS: secret(),
    ETLS_REFRESH: secret(),
    GATEWAY_SECRET: secret(),
    ACCESS_TOKEN_TTL: String(LIMITS.life),
    RENEW_BEFORE: String(LIMITS.renewBefore),
    REFRESH_GRACE: String(LIMITS.grace),
    REFRESH_TIMEOUT: String(LIMITS.budget * 1000),
    // Everybody registers from one address.
    REGISTRATION_LIMIT: 'off',
  }
}

export async function startFleet(options: StormOptions, storeUrl: string): Promise<Fleet> {
  const env = environment(storeUrl, options)
  const auth = [member(await startAuthServer(env))]
  while (auth.length < options.auth) auth.push(member(await runAuthServer(env)))
  const gateways: Gateway[] = []
  for (let index = 0; index < options.gateways; index += 1) {
    const back = await openFaultProxy({ target: pick(auth, index).process.url })
    const process = await startApp({ ...env, REMOTE_API: back.url })
    gateways.push({ ...member(process), back, front: await openFaultProxy({ target: process.url }) })
  }
  const oldLogs: string[] = []

  /** Each gateway asks an auth server that is up, as a load balancer would have it. */
  function route(): void {
    for (const [index, { back }] of gateways.entries()) back.retarget(pickUp(auth, index).process.url)
  }

  async function killAuth({ index, downFor }: Kill): Promise<void> {
    const victim = pick(auth, index)
    victim.isUp = false
    await victim.process.stop('SIGKILL')
    oldLogs.push(victim.process.output())
    // A load balancer needs a while to notice.
    await delay(downFor / 2)
    route()
    await delay(downFor / 2)
    victim.process = await runAuthServer(env, victim.port)
    victim.isUp = true
    route()
  }

  async function killGateway({ index, downFor }: Kill): Promise<void> {
    const victim = pick(gateways, index)
    const dying = victim.process.stop('SIGKILL')
    await delay(downFor / 2)
    victim.isUp = false
    await dying
    await delay(downFor / 2)
    victim.process = await startApp({ ...env, REMOTE_API: victim.back.url }, victim.port)
    victim.isUp = true
  }

  return {
    gatewayUrl: (preferred) => pickUp(gateways, preferred).front.url,
    authUrl: (preferred) => pickUp(auth, preferred).process.url,
    begin(faults) {
      for (const [index, { front, back }] of gateways.entries()) {
        front.forget()
        back.forget()
        if (faults === 'off') continue
        front.always(seededFaults({ seed: seedFor(options.seed, 'front', index), chances: FRONT_FAULTS }))
        back.always(seededFaults({ seed: seedFor(options.seed, 'back', index), chances: BACK_FAULTS }))
      }
    },
    calm() {
      for (const { front, back } of gateways) {
        front.heal()
        back.heal()
      }
    },
    kill: (kill) => (kill.part === 'gateway' ? killGateway(kill) : killAuth(kill)),
    gateways: gateways.length,
    frontOf: (gateway) => pick(gateways, gateway).front.url,
    longLived: (accessToken) =>
      new SignJWT({ ...decodeJwt(accessToken), exp: Math.floor(Date.now() / 1000) + 120 })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .sign(new TextEncoder().encode(env.ETLS_ACCESS)),
    refreshCalls: () =>
      gateways.reduce((sum, { back }) => sum + back.requests({ path: '/refreshtoken' }).length, 0),
    faults: () => ({
      front: added(gateways.map(({ front }) => front.counts())),
      back: added(gateways.map(({ back }) => back.counts())),
    }),
    authLog: () => [...oldLogs, ...auth.map(({ process }) => process.output())].join('\n'),
    async stop() {
      await Promise.all(gateways.map(({ process }) => process.stop('SIGKILL')))
      await Promise.all(auth.map(({ process }) => process.stop('SIGKILL')))
      await Promise.all(gateways.flatMap(({ front, back }) => [front.close(), back.close()]))
    },
  }
}

const member = (process: Running): Member => ({
  process,
  port: Number(new URL(process.url).port),
  isUp: true,
})

function pick<Kind>(members: readonly Kind[], index: number): Kind {
  const found = members[index % members.length]
  if (!found) throw new Error('a fleet has one of each at least')
  return found
}

function pickUp<Kind extends Member>(members: readonly Kind[], preferred: number): Kind {
  const first = pick(members, preferred)
  return first.isUp ? first : (members.find(({ isUp }) => isUp) ?? first)
}

function added(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const [kind, number] of counts.flatMap(Object.entries)) {
    if (kind !== 'pass') sum[kind] = (sum[kind] ?? 0) + number
  }
  return sum
}
