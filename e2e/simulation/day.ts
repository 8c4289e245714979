import { createSessionGateway } from 'evergate/gateway'
import { manualClock } from 'evergate/testing'
import { openBackend, SECRET } from './backend.ts'
import { seededChances } from './chances.ts'
import { createLedger } from './ledger.ts'
import { createTimetable } from './timetable.ts'
import { createVisitor } from './visitor.ts'

const DAY = 24 * 60 * 60
const VISITS = 8
const OUTAGE_EVERY = 60 * 60
/** Seconds before and after an outage in which no answer is lost. */
const EDGE = 60

/** A day of so many people and of what may go wrong in it, on a fake clock. `grace` in seconds. */
export async function liveThroughADay({ seed = 1, sessions = 1000, grace = 30 } = {}) {
  const clock = manualClock()
  const random = seededChances(seed)
  const timetable = createTimetable(clock)
  const ledger = createLedger()
  const backend = await openBackend(clock, random, grace)
  // Three regions, two of which have the time wrong by a minute.
  const gatewayAt = (time: () => number) =>
    createSessionGateway({
      remoteApi: 'http://backend.test',
      keys: { secret: SECRET },
      clock: time,
      fetch: backend.fetch,
      wait: async () => {},
      random: random.random,
    })
  const gateways = [
    gatewayAt(clock),
    gatewayAt(clock.skewedBy(60_000)),
    gatewayAt(clock.skewedBy(-60_000)),
  ] as const

  for (let number = 0; number < sessions; number += 1) {
    const user = `user-${number}`
    const { sid, accessToken, refreshToken } = await backend.signIn(user)
    const visitor = createVisitor(
      user,
      { accessToken, refreshToken },
      { gateways, clock, timetable, ledger, random },
    )
    for (let visit = 0; visit < VISITS; visit += 1)
      timetable.after(random.between(0, DAY - 1), () => visitor.visit(random.between(1, 4)))

    // One in twenty signs out at some time; of another one in twenty, somebody has the first refresh token.
    const fate = number % 20
    if (fate === 0)
      timetable.after(random.between(0, DAY), async () => {
        visitor.end()
        await backend.signOut(sid)
      })
    if (fate === 1) {
      // Visits so far apart have rotated it at least twice, and longer ago than the grace.
      for (const second of [1000, 3000, 5000]) timetable.after(second, () => visitor.visit(1))
      timetable.after(random.between(5000 + grace + 200, DAY), async () => {
        visitor.end()
        ledger.stolenToken(await backend.present(refreshToken))
      })
    }
  }
  // An answer lost at the edge of an outage keeps its visitor out for longer than any grace: nobody promises that.
  for (let start = 600; start < DAY; start += OUTAGE_EVERY) {
    const length = random.between(5, 300)
    timetable.after(start - EDGE, () => {
      backend.faults.losesAnswers = false
    })
    timetable.after(start, () => {
      backend.faults.isDown = true
    })
    timetable.after(start + length, () => {
      backend.faults.isDown = false
    })
    timetable.after(start + length + EDGE, () => {
      backend.faults.losesAnswers = true
    })
  }

  await timetable.run(DAY)
  await backend.close()
  return { ...ledger.counts, refreshCalls: backend.faults.refreshes }
}
