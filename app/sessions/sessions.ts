import { backendFetch } from 'evergate/next'
import { isRecord, stringOr } from '../_lib/guards'

export type Device = {
  sid: string
  createdAt: string
  lastSeenAt: string
  address: string | null
  userAgent: string
  current: boolean
  /** A key of the device is needed to renew it. */
  bound: boolean
}

export type Devices = { kind: 'devices'; devices: Device[] } | { kind: 'refused' } | { kind: 'unavailable' }

/** The live sessions of the person, this device first, then the most recently seen. */
export async function listDevices(): Promise<Devices> {
  try {
    const response = await backendFetch('/sessions')
    if (response.status === 401 || response.status === 403) return { kind: 'refused' }
    if (!response.ok) return { kind: 'unavailable' }
    const body: unknown = await response.json()
    if (!isRecord(body) || !Array.isArray(body.sessions)) return { kind: 'unavailable' }
    const devices = body.sessions.map(deviceFrom).filter((device) => device !== null)
    return { kind: 'devices', devices: devices.sort(byRelevance) }
  } catch {
    return { kind: 'unavailable' }
  }
}

function deviceFrom(value: unknown): Device | null {
  if (!isRecord(value) || typeof value.sid !== 'string') return null
  if (!isTime(value.createdAt) || !isTime(value.lastSeenAt)) return null
  return {
    sid: value.sid,
    createdAt: value.createdAt,
    // The auth server tells it to five minutes, rounded down.
    lastSeenAt: later(value.lastSeenAt, value.createdAt),
    address: stringOr(value.address, null),
    userAgent: stringOr(value.userAgent, ''),
    current: value.current === true,
    bound: value.device === 'bound',
  }
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value))

const later = (a: string, b: string) => (Date.parse(a) < Date.parse(b) ? b : a)

function byRelevance(a: Device, b: Device): number {
  if (a.current !== b.current) return a.current ? -1 : 1
  return Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt)
}
