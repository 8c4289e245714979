import fc from 'fast-check'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Session, Store } from '../store/store.ts'
import { aNewUser, type ManualClock, manualClock, servicesOver } from '../testing/harness.ts'
import { eachStoreAndCluster, openTestStore, rewind } from '../testing/stores.ts'
import { type RefreshResult, refresh } from './refresh.ts'
import type { Grace } from './rotation.ts'
import { startSession } from './session.ts'

/*
 * Two servers on one store, one session, and a model of it that is no more than the table of the contract.
 * In every order of events each answer is the model's.
 */

const IDLE_S = 600
const MAX_AGE_S = 900
const origin = { address: '192.0.2.1', userAgent: 'test' }

type Step =
  /** Present the token `back` generations older than the newest that was ever handed out (ahead of it: negative). */
  | { readonly kind: 'present'; readonly back: number; readonly times: number; readonly server: number }
  /** Present several different tokens at once, perhaps while the session is being revoked. */
  | { readonly kind: 'crowd'; readonly backs: readonly number[]; readonly revoke: boolean }
  | { readonly kind: 'move-clock'; readonly ms: number }
  | { readonly kind: 'lose-writes'; readonly generations: number }
  | { readonly kind: 'revoke' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('present' as const),
      back: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3),
      times: fc.integer({ min: 1, max: 4 }),
      server: fc.nat(1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crowd' as const),
      backs: fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2), { minLength: 2, maxLength: 6 }),
      revoke: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('move-clock' as const),
      ms: fc.constantFrom(
        1,
        1000,
        29_999,
        30_000,
        30_001,
        60_000,
        300_000,
        700_000,
        -1000,
        -45_000,
        -3_600_000,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('lose-writes' as const),
      generations: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'revoke' as const }) },
)

// The rules are the same on each; what differs between stores is how long a step takes.
const RUNS: Record<string, number> = { SQLite: 100, PostgreSQL: 15, Redis: 30, 'Redis Cluster': 10 }

describe.each(eachStoreAndCluster)('on %s', (_title, kind) => {
  it.skipIf(kind.missing)(
    'keeps its promises through every interleaving of refreshes, replays, clock moves, lost writes and revocations',
    { timeout: 60_000 },
    async () => {
      const clock = manualClock()
      const url = await kind.place()
      const stores = [await openTestStore(url, clock), await openTestStore(url, clock)]
      await stores[0]?.users.create(aNewUser())
      const run = fc.asyncProperty(
        fc.constantFrom<Grace>(30, 30, 0, 'lenient'),
        fc.array(step, { maxLength: 40, size: 'max' }),
        async (grace, steps) => {
          const world = await createWorld(grace, clock, url, stores)
          for (const each of steps) await world.take(each)
        },
      )
      await fc.assert(run, { numRuns: RUNS[kind.name] ?? 10 })
    },
  )
})

async function createWorld(grace: Grace, clock: ManualClock, url: string, stores: readonly Store[]) {
  const environment = {
    REFRESH_GRACE: String(grace),
    REFRESH_TOKEN_TTL: String(IDLE_S),
    SESSION_MAX_AGE: String(MAX_AGE_S),
  }
  // Their own clocks are a minute apart, and neither goes with the store's.
  const servers = stores.map((store, i) =>
    servicesOver(store, () => clock() + (i === 0 ? 30_000 : -30_000), environment),
  ) as [ReturnType<typeof servicesOver>, ReturnType<typeof servicesOver>]
  const [first] = servers
  const sid = (await startSession(first, aNewUser(), origin))?.sid ?? ''
  const read = async () => (await first.store.sessions.find(sid))?.session as Session
  const begun = await read()
  const history: Session[] = [begun]
  let model = begun
  let newest = 0

  const tokenOf = (generation: number) => first.refreshTokens.derive(sid, generation)
  const presentedGeneration = (back: number) => Math.max(0, newest - back)

  async function checkAgainstStore() {
    expect(await read()).toEqual(model)
    expect(model.absoluteExpiresAt).toBe(begun.absoluteExpiresAt)
    expect(model.idleExpiresAt).toBeLessThanOrEqual(begun.absoluteExpiresAt)
  }

  function checkGrant(result: RefreshResult, presented: number) {
    if (result.kind !== 'refreshed') return
    const { grant } = result
    // The answer to a token is always its one child.
    expect(grant.refreshToken).toBe(tokenOf(presented + 1))
    const { iat = 0, exp = Infinity } = decodeJwt(grant.accessToken)
    const second = Math.floor(clock() / 1000) * 1000
    expect((exp - iat) * 1000).toBeLessThanOrEqual(begun.absoluteExpiresAt - second)
    expect(grant.expiresIn).toBeGreaterThan(0)
    expect(grant.refreshExpiresIn).toBeGreaterThan(0)
    newest = Math.max(newest, presented + 1)
  }

  /** The contract's table, told once more in the plainest words. */
  function expected(g: number): string {
    const now = clock()
    if (model.revokedAt !== null) return 'session_revoked'
    if (now >= model.idleExpiresAt || now >= model.absoluteExpiresAt) return 'refresh_token_expired'
    if (g < model.generation) {
      const inTime = grace === 'lenient' || (grace !== 0 && now - model.rotatedAt <= grace * 1000)
      if (g === model.generation - 1 && inTime) return 'refreshed'
      model = { ...model, revokedAt: now, revokedReason: 'reuse' }
      return 'refresh_token_reused'
    }
    const idleExpiresAt = Math.min(now + IDLE_S * 1000, model.absoluteExpiresAt)
    model = { ...model, generation: g + 1, rotatedAt: now, lastSeenAt: now, idleExpiresAt }
    history.push(model)
    return 'refreshed'
  }

  async function present(g: number, times: number, server: number) {
    const token = tokenOf(g)
    const calls = Array.from({ length: times }, (_, i) =>
      refresh(servers[(server + i) % 2 ? 1 : 0], token, origin),
    )
    const results = await Promise.all(calls)
    const wanted = calls.map(() => expected(g)).sort()
    const got = results.map((result) => (result.kind === 'refreshed' ? 'refreshed' : result.code))
    // Microseconds decide which of several thieves is told "reused" and which "revoked".
    const blur = (words: string[]) =>
      words.map((word) => word.replace('session_revoked', 'refresh_token_reused')).sort()
    if (times > 1) expect(blur(got)).toEqual(blur(wanted))
    else expect(got).toEqual(wanted)
    for (const result of results) checkGrant(result, g)
    await checkAgainstStore()
  }

  async function crowd(backs: readonly number[], revoke: boolean) {
    const before = model
    const generations = backs.map(presentedGeneration)
    const calls = generations.map((g, i) => refresh(servers[i % 2 ? 1 : 0], tokenOf(g), origin))
    const revocation = revoke ? servers[1].store.sessions.revoke(sid, 'signed-out') : undefined
    const results = await Promise.all(calls)
    await revocation
    const after = await read()
    results.forEach((result, i) => {
      checkGrant(result, generations[i] ?? -1)
      if (before.revokedAt !== null)
        expect(result).toMatchObject({ kind: 'refused', code: 'session_revoked' })
      // Nothing older than the parent is accepted, whatever else happens meanwhile.
      if ((generations[i] ?? 0) < before.generation - 1) expect(result.kind).toBe('refused')
    })
    expect(after.generation).toBeGreaterThanOrEqual(before.generation)
    expect(after.generation).toBeLessThanOrEqual(
      Math.max(before.generation, ...generations.map((g) => g + 1)),
    )
    if (revoke) expect(after.revokedAt).not.toBeNull()
    model = after
    if (after.generation !== before.generation) history.push(after)
    await checkAgainstStore()
  }

  async function loseWrites(generations: number) {
    // A store that forgets a revocation cannot know it; this is about rotations.
    if (model.revokedAt !== null) return
    const earlier = history.at(-1 - generations) ?? begun
    if (earlier.revokedAt !== null) return
    model = earlier
    history.push(earlier)
    await rewind(url, earlier)
  }

  return {
    async take(step: Step) {
      switch (step.kind) {
        case 'present':
          return await present(presentedGeneration(step.back), step.times, step.server)
        case 'crowd':
          return await crowd(step.backs, step.revoke)
        case 'move-clock':
          return clock.advance(step.ms)
        case 'lose-writes':
          return await loseWrites(step.generations)
        case 'revoke': {
          await first.store.sessions.revoke(sid, 'signed-out')
          if (model.revokedAt === null) model = { ...model, revokedAt: clock(), revokedReason: 'signed-out' }
          return await checkAgainstStore()
        }
      }
    },
  }
}
