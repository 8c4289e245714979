import { backendFetch } from 'evergate/next'
import { isRecord, stringOr } from '../_lib/guards'

export type Person = {
  id: string
  email: string
  name: string
  roles: string[]
  createdAt: string
  disabledAt: string | null
}

export type PersonSession = {
  sid: string
  createdAt: string
  address: string | null
  userAgent: string
  current: boolean
}

/** Proofs of somebody beside the password. */
export type PersonFactors = { totp: boolean; passkeys: number; recoveryCodes: number; trustedDevices: number }

type Found = { person: Person; sessions: PersonSession[]; factors: PersonFactors }

type Answer<T> = ({ kind: 'found' } & T) | { kind: 'unknown' } | { kind: 'unavailable' }

/** The people whose addresses begin so, in the order of their addresses; `next` is where the following page begins. */
export async function findPeople(
  email: string,
  after: string,
): Promise<Answer<{ people: Person[]; next: string | null }>> {
  const query = new URLSearchParams({ email, after, limit: '20' })
  const answer = await ask(`/admin/users?${query}`)
  if (answer.kind !== 'found') return answer
  const { users, next } = answer.body
  if (!Array.isArray(users)) return { kind: 'unavailable' }
  return {
    kind: 'found',
    people: users.map(personFrom).filter((person) => person !== null),
    next: stringOr(next, null),
  }
}

/** One of them, with their live sessions and their second factors. */
export async function lookAt(id: string): Promise<Answer<Found>> {
  const answer = await ask(`/admin/users/${encodeURIComponent(id)}`)
  if (answer.kind !== 'found') return answer
  const person = personFrom(answer.body)
  const { sessions, factors } = answer.body
  if (person === null || !Array.isArray(sessions)) return { kind: 'unavailable' }
  return {
    kind: 'found',
    person,
    sessions: sessions.map(sessionFrom).filter((session) => session !== null),
    factors: factorsFrom(isRecord(factors) ? factors : {}),
  }
}

async function ask(path: string): Promise<Answer<{ body: Record<string, unknown> }>> {
  try {
    const response = await backendFetch(path)
    if (response.status === 404 || response.status === 422) return { kind: 'unknown' }
    const body: unknown = await response.json()
    return response.ok && isRecord(body) ? { kind: 'found', body } : { kind: 'unavailable' }
  } catch {
    return { kind: 'unavailable' }
  }
}

function personFrom(value: unknown): Person | null {
  if (!isRecord(value) || typeof value.id !== 'string' || typeof value.createdAt !== 'string') return null
  return {
    id: value.id,
    email: stringOr(value.email, ''),
    name: stringOr(value.name, ''),
    roles: Array.isArray(value.roles) ? value.roles.filter((role) => typeof role === 'string') : [],
    createdAt: value.createdAt,
    disabledAt: stringOr(value.disabledAt, null),
  }
}

function factorsFrom(value: Record<string, unknown>): PersonFactors {
  const countOf = (name: string) => Number(value[name]) || 0
  return {
    totp: value.totp === true,
    passkeys: countOf('passkeys'),
    recoveryCodes: countOf('recoveryCodes'),
    trustedDevices: countOf('trustedDevices'),
  }
}

function sessionFrom(value: unknown): PersonSession | null {
  if (!isRecord(value) || typeof value.sid !== 'string' || typeof value.createdAt !== 'string') return null
  return {
    sid: value.sid,
    createdAt: value.createdAt,
    address: stringOr(value.address, null),
    userAgent: stringOr(value.userAgent, ''),
    current: value.current === true,
  }
}
