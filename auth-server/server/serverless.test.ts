import { describe, expect, it, onTestFinished } from 'vitest'
import { manualClock } from '../testing/harness.ts'
import { listen } from './server.ts'
import { createFunction, type Opened } from './serverless.ts'

const answering: Opened = { app: (_request, response) => void response.end('here'), ping: async () => {} }

async function serve(open: () => Promise<Opened>) {
  const clock = manualClock()
  const server = await listen(createFunction(open, clock), 0, '127.0.0.1')
  onTestFinished(() => server.stop(0))
  return { clock, call: () => fetch(`http://127.0.0.1:${server.port}/`) }
}

describe('a function that is frozen between requests', () => {
  it('opens its store once, with the first requests', async () => {
    let opened = 0
    const { call } = await serve(async () => {
      opened++
      return answering
    })
    expect(opened).toBe(0)
    const answers = await Promise.all([call(), call(), call()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await call()).status).toBe(200)
    expect(opened).toBe(1)
  })

  it('answers 503 without a detail while the store cannot be opened, and tries again with the next request', async () => {
    let works = false
    const { call } = await serve(async () => {
      if (!works) throw new Error('the store at db.internal does not answer')
      return answering
    })
    const refused = await call()
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('cache-control')).toBe('no-store')
    expect(await refused.text()).not.toContain('db.internal')
    works = true
    expect((await call()).status).toBe(200)
  })

  it('asks after a pause whether the store still answers, until it does, once for all who wait', async () => {
    let failures = 0
    let pings = 0
    const { clock, call } = await serve(async () => ({
      ...answering,
      ping: async () => {
        pings++
        if (failures-- > 0) throw new Error('this connection is gone')
      },
    }))
    await call()
    pings = 0
    await call()
    expect(pings).toBe(0)
    clock.advance(60_000)
    failures = 3
    const answers = await Promise.all([call(), call(), call()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(pings).toBe(4)
  })

  it('leaves it to the app to say so when the store does not answer at all', async () => {
    const { clock, call } = await serve(async () => ({
      ...answering,
      ping: async () => {
        clock.advance(700)
        throw new Error('nobody is there')
      },
    }))
    expect(await (await call()).text()).toBe('here')
  })
})
