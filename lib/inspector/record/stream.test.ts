import { expect, it, vi } from 'vitest'
import type { Recorder } from './recorder.ts'
import { createRecorder } from './recorder.ts'
import { streamOf } from './stream.ts'

const newRecorder = () => createRecorder({ clock: () => 5000, run: 'run' })
const opened = { type: 'breaker.opened', pause: 250, reason: 'no_answer', sessions: 'all' } as const

async function nextChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string | null> {
  const { value, done } = await reader.read()
  return done ? null : new TextDecoder().decode(value)
}

function open(recorder: Recorder, after: string | null = null) {
  const { body, headers } = streamOf(recorder, 'mine', after)
  if (!body) throw new Error('no body')
  return { headers, reader: body.getReader() }
}

function endOf(sid: string | null) {
  return {
    type: 'session.ended',
    sid,
    traceId: null,
    method: 'GET',
    path: '/',
    kind: 'document',
    token: 'absent',
    answer: 'pass',
    reason: 'session_revoked',
    waited: 1,
  } as const
}

it('begins with what there is, and goes on with what comes', async () => {
  const recorder = newRecorder()
  recorder.record(opened, null)
  const { headers, reader } = open(recorder)
  expect(headers.get('content-type')).toBe('text/event-stream')
  expect(await nextChunk(reader)).toMatch(/^retry: 1000\nevent: snapshot\nid: run-1\ndata: \{"now":5000,/)
  recorder.record({ type: 'breaker.closed' }, null)
  expect(await nextChunk(reader)).toMatch(/^event: news\nid: run-2\ndata: \{.*"breaker.closed".*\}\n\n$/)
})

it('ends with its session, and not with another’s', async () => {
  const recorder = newRecorder()
  const { reader } = open(recorder)
  await nextChunk(reader)
  recorder.record(endOf('theirs'), null)
  recorder.record(endOf('mine'), null)
  expect(await nextChunk(reader)).toContain('"sid":"mine"')
  expect(await nextChunk(reader)).toBeNull()
})

it('listens no longer when the browser has left', async () => {
  const recorder = newRecorder()
  const stop = vi.fn()
  const { reader } = open({ ...recorder, listen: () => stop })
  await reader.cancel()
  expect(stop).toHaveBeenCalledOnce()
})

it('gives a sign of life, and ends before a platform would cut it off', async () => {
  vi.useFakeTimers()
  try {
    const { reader } = open(newRecorder())
    await nextChunk(reader)
    await vi.advanceTimersByTimeAsync(15_000)
    expect(await nextChunk(reader)).toBe(': still here\n\n')
    await vi.advanceTimersByTimeAsync(240_000)
    let chunk = await nextChunk(reader)
    while (chunk !== null) {
      expect(chunk).toBe(': still here\n\n')
      chunk = await nextChunk(reader)
    }
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
