import { expect, test } from 'vitest'
import { DEFAULTS, STORES } from './options.ts'
import { NoStoreError } from './place.ts'
import { runStorm } from './storm.ts'

const SHORT = { ...DEFAULTS, sessions: 60, tabs: 10, seconds: process.env.EVERGATE_ALL ? 10 : 6 }

test.for(STORES)(
  'a short storm on %s loses nobody, shows nobody to another, takes no old token, and serves no ended session for long',
  { timeout: 180_000 },
  async (store, { skip }) => {
    // The feed on each store is measured in e2e/simulation/ended-times.test.ts.
    const revocation = store === 'sqlite' ? 'on' : 'off'
    const report = await runStorm({ ...SHORT, store, revocation }, () => {}).catch((error) => {
      if (error instanceof NoStoreError && !process.env.CI) return skip(error.message)
      throw error
    })
    console.log(report.table)
    expect([...report.broken, ...report.details]).toEqual([])
  },
)

test.runIf(process.env.EVERGATE_ALL).for(STORES)(
  'a short storm on %s of browsers with device keys loses nobody, and no copied cookie jar lives longer than an access token',
  { timeout: 180_000 },
  async (store, { skip }) => {
    const report = await runStorm({ ...SHORT, store, bound: true }, () => {}).catch((error) => {
      if (error instanceof NoStoreError && !process.env.CI) return skip(error.message)
      throw error
    })
    console.log(report.table)
    expect([...report.broken, ...report.details]).toEqual([])
  },
)
