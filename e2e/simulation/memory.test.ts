import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

// With `npm test -- --all`: half a minute of one core.
const thorough = test.runIf(process.env.EVERGATE_ALL)

thorough(
  'what a gateway keeps in memory does not grow over 30,000 sessions',
  { timeout: 300_000 },
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      'e2e/simulation/memory.ts',
      '30000',
    ])
    console.log(stdout)
    const curve = [...stdout.matchAll(/: ([\d.]+) MB/g)].map(([, megabytes]) => Number(megabytes))
    expect(curve).toHaveLength(10)
    const [, , , full = 0] = curve
    // The caches are full after 10,000 sessions. A leak of one token for each session would add twice this allowance.
    for (const later of curve.slice(4)) expect(later).toBeLessThan(full + 8)
  },
)

thorough(
  'nor over 24 hours of renewals, tabs, made-up tokens and outages, in which no visitor is signed out',
  { timeout: 300_000 },
  async () => {
    const visitors = 150
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      'e2e/simulation/memory-day.ts',
      String(visitors),
    ])
    console.log(stdout)
    const curve = [...stdout.matchAll(/: ([\d.]+) MB/g)].map(([, megabytes]) => Number(megabytes))
    expect(curve).toHaveLength(24)
    const counts = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    // Made-up tokens, but for those that meet one of the eight outages.
    const madeUp = (24 * 12 - 8) * (visitors / 10)
    expect(counts).toMatchObject({ ended: madeUp })
    expect(counts.renewed).toBeGreaterThan(24 * 4 * visitors)
    expect(counts.degraded).toBeGreaterThan(0)
    // A leak of one token for each renewal would add twice this allowance.
    const settled = Math.max(...curve.slice(0, 6))
    for (const later of curve.slice(6)) expect(later).toBeLessThan(settled + 8)
  },
)
