import { expect, it } from 'vitest'
import { BusyError, createGate, createHashingGate } from './hashing-gate.ts'
import { createPasswords } from './passwords.ts'

/** Work that runs until it is told to end, and what of it has begun. */
function works() {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const work = (number: number) => () => {
    begun.push(number)
    return new Promise<void>((resolve) => ends.push(resolve))
  }
  const endNext = async () => {
    ends.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { begun, work, endNext }
}

it('lets so many run, so many wait in order, and sends the others away at once', async () => {
  const gate = createGate(2, 2)
  const { begun, work, endNext } = works()
  const all = [1, 2, 3, 4].map((number) => gate.run(work(number)))
  await expect(gate.run(work(5))).rejects.toMatchObject({ name: 'BusyError', code: 'server_busy' })
  expect(begun).toEqual([1, 2])
  await endNext()
  expect(begun).toEqual([1, 2, 3])
  const sixth = gate.run(work(6))
  for (let i = 0; i < 4; i++) await endNext()
  await Promise.all([...all, sixth])
  expect(begun).toEqual([1, 2, 3, 4, 6])
})

it('work that fails makes room, too', async () => {
  const gate = createGate(1, 1)
  const failing = gate.run(() => Promise.reject(new Error('no')))
  const waiting = gate.run(async () => 'its turn')
  await expect(failing).rejects.toThrow('no')
  expect(await waiting).toBe('its turn')
  expect(await gate.run(async () => 'again')).toBe('again')
})

it.each([
  [1, 4, 1],
  [2, 4, 1],
  [4, 4, 3],
  [64, 4, 3],
  [64, 16, 15],
  [8, 1, 1],
])(
  'on %i cores with %i threads, %i passwords are hashed at once: the rest is for signatures',
  async (cores, threads, atOnce) => {
    const gate = createHashingGate(cores, threads)
    const { begun, work } = works()
    const refused: unknown[] = []
    for (let i = 0; i < 1000; i++) gate.run(work(i)).catch((error) => refused.push(error))
    await new Promise((resolve) => setImmediate(resolve))
    expect(begun).toHaveLength(atOnce)
    expect(1000 - refused.length).toBe(atOnce * 41)
    expect(refused.every((error) => error instanceof BusyError)).toBe(true)
  },
)

it('hashing and checking go through it', async () => {
  const passwords = createPasswords(createGate(0, 0))
  await expect(passwords.hash('correct horse')).rejects.toThrow(BusyError)
  await expect(passwords.matches(undefined, 'correct horse')).rejects.toThrow(BusyError)
})
