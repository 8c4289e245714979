import { expect, it } from 'vitest'
import type { Mail } from '../../mail/mail.ts'
import { startWithFactors } from '../../testing/second-factor.ts'

it('ASVS 6.3.7: each change of somebody’s factors is told to them by mail, and without a secret', async () => {
  const mails: Mail[] = []
  const server = await startWithFactors({ sendMail: async (mail) => void mails.push(mail) })
  const { ada, bearer, code, factors, setUpTotp } = server
  const told = async () => {
    await server.mailed()
    return mails.splice(0).map(({ to, subject }) => [to, subject])
  }
  const changed = [[ada.email, 'How you sign in to Example has changed']]
  await told()

  const { secret, recoveryCodes } = await setUpTotp()
  expect(await told()).toEqual(changed)
  const proof = { password: ada.password, code: code(secret) }
  const renewed = await server.post('/factors/recovery-codes', { bearer, json: proof })
  expect(renewed.status).toBe(200)
  expect(JSON.stringify(mails)).not.toContain(renewed.body.recoveryCodes[0])
  expect(await told()).toEqual(changed)
  server.clock.advance(30_000)
  const { totp } = await factors()
  const json = { password: ada.password, code: code(secret) }
  expect((await server.delete(`/factors/${totp.id}`, { bearer, json })).status).toBe(204)
  expect(JSON.stringify(mails)).not.toContain(recoveryCodes[0])
  expect(await told()).toEqual(changed)
})

it('a change that is refused is told to nobody', async () => {
  const mails: Mail[] = []
  const server = await startWithFactors({ sendMail: async (mail) => void mails.push(mail) })
  const { bearer, factors, setUpTotp } = server
  await setUpTotp()
  await server.mailed()
  mails.splice(0)
  const { totp } = await factors()
  expect((await server.delete(`/factors/${totp.id}`, { bearer, json: {} })).status).toBe(401)
  await server.mailed()
  expect(mails).toEqual([])
})
