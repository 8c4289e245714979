import { describe, expect, it } from 'vitest'
import { createKnownDevices } from './known-device.ts'
import { createRefreshTokens } from './refresh-token.ts'

const older = 'a secret of the tests, the older one'
const newer = 'a secret of the tests, the newer one'
const NOW = Date.UTC(2030, 0, 1)
const YEAR = 365 * 86_400_000

let made = 0
const newId = () => `${(made++).toString().padStart(22, 'x')}`
const devices = createKnownDevices([older], newId)

const ada = 'ada@example.com'
const eve = 'eve@example.com'

describe('the mark of a browser', () => {
  it('says which accounts it has signed in to, and no address', () => {
    const mark = devices.remember(undefined, ada, NOW)
    expect(mark).toMatch(/^[\w.-]+$/)
    expect(mark.length).toBeLessThanOrEqual(160)
    expect(devices.recognise(mark, ada, NOW)).toMatch(/^x+\d+$/)
    expect(devices.recognise(mark, eve, NOW)).toBeUndefined()
    expect(devices.recognise(undefined, ada, NOW)).toBeUndefined()
  })

  it('keeps its id, and the four accounts of the last sign-ins', () => {
    const people = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.com`)
    let mark: string | undefined
    for (const person of [...people, 'c@example.com']) mark = devices.remember(mark, person, NOW)
    const known = people.map((person) => devices.recognise(mark, person, NOW))
    expect(known[0]).toBeUndefined()
    expect(new Set(known.slice(1)).size).toBe(1)
    expect(known[1]).toBeDefined()
  })

  it('of two browsers differs in everything', () => {
    const [one, other] = [0, 1].map(() => devices.remember(undefined, ada, NOW).split('.'))
    for (const part of [1, 3, 5]) expect(one?.[part]).not.toBe(other?.[part])
  })

  it('counts for a year after the last sign-in', () => {
    const mark = devices.remember(undefined, ada, NOW)
    expect(devices.recognise(mark, ada, NOW + YEAR)).toBeDefined()
    expect(devices.recognise(mark, ada, NOW + YEAR + 1)).toBeUndefined()
    const renewed = devices.remember(mark, ada, NOW + YEAR)
    expect(devices.recognise(renewed, ada, NOW + 2 * YEAR)).toBe(devices.recognise(mark, ada, NOW))
  })

  it('is believed as this server made it, and in no other spelling', () => {
    const mark = devices.remember(undefined, ada, NOW)
    for (let i = 0; i < mark.length; i++) {
      const changed = `${mark.slice(0, i)}${mark[i] === 'A' ? 'B' : 'A'}${mark.slice(i + 1)}`
      if (changed !== mark) expect(devices.recognise(changed, ada, NOW), changed).toBeUndefined()
    }
    for (const text of ['', 'd1', `${mark}A`, mark.slice(1), 'x'.repeat(5000)])
      expect(devices.recognise(text, ada, NOW)).toBeUndefined()
    expect(createKnownDevices([newer], newId).recognise(mark, ada, NOW)).toBeUndefined()
  })

  it('is no refresh token, nor the other way round', () => {
    const tokens = createRefreshTokens([older])
    expect(tokens.verify(devices.remember(undefined, ada, NOW))).toBeUndefined()
    expect(devices.recognise(tokens.derive('s'.repeat(22), 0), ada, NOW)).toBeUndefined()
  })

  it('is known through a rotation of the secrets', () => {
    const mark = devices.remember(devices.remember(undefined, eve, NOW), ada, NOW)
    const rotated = createKnownDevices([newer, older], newId)
    const id = rotated.recognise(mark, ada, NOW)
    expect(id).toBe(devices.recognise(mark, ada, NOW))
    const renewed = rotated.remember(mark, ada, NOW)
    expect(rotated.recognise(renewed, ada, NOW)).toBe(id)
    // The other account's address is not in the mark, so nothing can be made of it with the new secret.
    expect(rotated.recognise(renewed, eve, NOW)).toBeUndefined()
  })
})
