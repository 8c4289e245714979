import { describe, expect, it, test } from 'vitest'
import { createHarness, KINDS } from '../testing/harness.ts'
import { compileBodySizes, DEFAULT_BODY_SIZE } from './size.ts'

describe('a path of more than 2,048 characters is broken: not believed, not forwarded', () => {
  it.each(['/open/', '/page/', '/%ffa/'])(
    '%s is answered 414, whatever rule it would meet',
    async (start) => {
      const { backend, events, expired, send } = await createHarness({
        rules: [{ path: '/open/:path*', require: 'public' }],
      })
      const cookies = { accessToken: await expired(), refreshToken: 'r1' }
      const { refusal, session, setCookies, requestHeaders } = await send(start.padEnd(2049, 'a'), {
        cookies,
      })
      expect([refusal?.status, await refusal?.json()]).toEqual([414, { error: 'path_too_long' }])
      expect([session, setCookies, requestHeaders, backend.calls]).toEqual([null, [], null, []])
      expect(events).toMatchObject([{ type: 'request.refused', reason: 'path_too_long', sid: null }])
    },
  )

  it('one of 2,048 is read, and its query is as long as it likes', async () => {
    const { send } = await createHarness({ rules: [{ path: '/open/:path*', require: 'public' }] })
    const { refusal } = await send(`${'/open/'.padEnd(2048, 'a')}?${'b'.repeat(5000)}`)
    expect(refusal).toBeNull()
  })
})

describe('a body that is larger than its path takes is refused by its Content-Length', () => {
  const post = async (path: string, length: number) => {
    const harness = await createHarness({
      maxBodySizes: { '/videos/:path*': 50_000_000, '/notes': 1000 },
      rules: [{ path: '/:path*', require: 'public' }],
    })
    const headers = { ...KINDS.action, 'content-length': `${length}` }
    const { refusal, noStore } = await harness.send(path, { method: 'POST', headers })
    return { status: refusal?.status, error: (await refusal?.json())?.error, noStore, events: harness.events }
  }

  it.each([
    ['/page', DEFAULT_BODY_SIZE],
    ['/videos/1', 50_000_000],
    ['/notes', 1000],
  ])('%s takes %i bytes', async (path, size) => {
    expect(await post(path, size)).toMatchObject({ status: undefined, events: [] })
    expect(await post(path, size + 1)).toMatchObject({
      status: 413,
      error: 'body_too_large',
      noStore: true,
      events: [{ type: 'request.refused', reason: 'body_too_large' }],
    })
  })

  test('10 MB where no option says otherwise, as Next itself has it', () => {
    expect(compileBodySizes({})('/page')).toBe(10 * 1024 * 1024)
  })

  test('a path that is written in another way takes no more than others do', () => {
    const sizeOf = compileBodySizes({ '/videos/:path*': 50_000_000 })
    expect(sizeOf('/%76ideos/1')).toBe(DEFAULT_BODY_SIZE)
  })
})
