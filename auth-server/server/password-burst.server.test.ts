import { expect, it, vi } from 'vitest'
import { startChild } from '../testing/child.ts'
import { temporaryDirectory } from '../testing/harness.ts'

vi.setConfig({ testTimeout: 120_000 })

const BURST = 500

/** The time that all but the slowest hundredth take. */
function p99(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN
}

it('ASVS 15.2.2: 500 wrong passwords at once do not make renewals wait for them', async () => {
  // Each of them comes from an address of its own, for an account of its own: no other limit helps.
  const server = await startChild({ cwd: temporaryDirectory(), environment: { LOG_LEVEL: 'fatal' } })
  let { refreshToken } = await server.newcomer()
  const renew = async () => {
    const started = performance.now()
    const { status, body } = await server.refresh(refreshToken)
    expect(status).toBe(200)
    refreshToken = body.refreshToken
    return performance.now() - started
  }
  const many = async (until: (times: number[]) => boolean) => {
    const times: number[] = []
    while (!until(times)) times.push(await renew())
    return times
  }
  await many((times) => times.length >= 50)
  const atRest = await many((times) => times.length >= 100)

  let answered = 0
  const wrong = Array.from({ length: BURST }, async (_, i) => {
    const json = { email: `nobody${i}@example.com`, password: 'not the right one' }
    const reply = await server.post('/login', {
      json,
      headers: { 'x-forwarded-for': `10.1.${i >> 8}.${i & 255}` },
    })
    answered++
    return reply
  })
  const during = await many(() => answered === BURST)
  const replies = await Promise.all(wrong)

  const hashed = replies.filter(({ status }) => status === 401)
  const busy = replies.filter(({ status }) => status === 503)
  expect(hashed.length + busy.length).toBe(BURST)
  expect(busy.length).toBeGreaterThan(0)
  for (const { headers, body } of busy)
    expect([headers.get('retry-after'), body.error]).toEqual(['1', 'server_busy'])
  console.info(
    `renewals: p99 ${p99(atRest).toFixed(1)} ms at rest, ${p99(during).toFixed(1)} ms (${during.length} of them) ` +
      `during ${BURST} wrong passwords, of which ${hashed.length} were hashed`,
  )
  // Behind all of them a renewal would take as long as all of them: several seconds, and there would be one or two. A busy
  // machine makes every renewal slower, but not as few.
  expect(during.length).toBeGreaterThan(hashed.length / 4)
  expect(
    (await server.post('/login', { json: { email: 'ada@example.com', password: 'correct horse' } })).status,
  ).toBe(200)
})
