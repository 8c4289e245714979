import { channel } from 'node:diagnostics_channel'
import { PHASE_PRODUCTION_BUILD } from 'next/constants.js'
import { expect, it, vi } from 'vitest'

it('next.config.mjs is what Next takes', async () => {
  const config = (await import('../../docs/examples/snippets/server/next.config.mjs')).default
  vi.spyOn(process, 'cwd').mockReturnValue(`${import.meta.dirname}/../../docs/examples/snippets/server`)
  const { env, experimental } = await config(PHASE_PRODUCTION_BUILD)
  expect(JSON.parse(env?.EVERGATE_OPTIONS ?? '')).toEqual({
    forwardHeaders: ['x-tenant'],
    relayHeaders: ['link'],
    maxBodySizes: { '/api/backend/videos/:path*': 200_000_000 },
  })
  expect(experimental).toMatchObject({ proxyClientMaxBodySize: 200_000_000 })
})

it('instrumentation.ts guards the server', async () => {
  const { register } = await import('../../docs/examples/snippets/server/instrumentation.ts')
  register()
  expect(channel('http.server.request.start').hasSubscribers).toBe(true)
})
