import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { expect, it, onTestFinished } from 'vitest'
import { createMetrics } from '../../index.ts'
import { temporaryStore } from '../../testing/harness.ts'
import { aRouter, serve } from '../../testing/host.ts'
import { sampleOf } from './testing/scrape.ts'

async function listening(app: Express): Promise<string> {
  const server = app.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('an app that the auth server is a part of counts its events, and calls of its store', async () => {
  const metrics = await createMetrics()
  const store = metrics.watchStore(await temporaryStore(Date.now))
  const { auth } = await aRouter({ store, onEvent: metrics.onEvent })
  const app = await serve(express().use('/auth', auth))
  const person = { email: 'grace@example.com', password: 'correct horse', name: 'Grace' }
  const { body } = await app.post('/auth/register', { json: person })
  expect((await app.post('/auth/refreshtoken', { refreshToken: body.refreshToken })).status).toBe(200)

  const scrape = await fetch(await listening(express().get('/', metrics.handler)))
  expect(scrape.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await scrape.text()
  expect(sampleOf(text, 'evergate_events_total', { event: 'rotated', detail: '' })).toBe(1)
  expect(sampleOf(text, 'evergate_events_total', { event: 'signed-in', detail: 'registration' })).toBe(1)
  expect(sampleOf(text, 'evergate_store_call_duration_seconds_count', { call: 'sessions.renew' })).toBe(1)
  expect(sampleOf(text, 'evergate_store_up', {})).toBe(1)
})
